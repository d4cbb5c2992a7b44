// The board: arrows move between cards, M opens the moves of the card, a dropped card is posted to its column.
//   <div class="bd" data-board> <section class="kcol" data-colonne="repair">
//     <li data-move="/dossiers/R-1/etat" data-version="3" draggable="true"> <a class="kc" …>
// GET on data-move answers a dialog, POST (state, version) the fresh board: the server decides, nothing moves before it has.

import { announce, on } from "./dom.js";

const STEP = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

on("keydown", "[data-board] .kc", (event, card) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (STEP[event.key]) {
    const next = neighbour(card, ...STEP[event.key]);
    event.preventDefault();
    next?.focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (event.key.toLowerCase() === "m") {
    event.preventDefault();
    const { move } = card.closest("li").dataset;
    if (move) htmx.ajax("GET", move, { source: card, target: document.body, swap: "beforeend" });
  }
});

function neighbour(card, across, down) {
  const columns = [...card.closest("[data-board]").querySelectorAll("[data-colonne]")];
  const cards = (column) => [...column.querySelectorAll(".kc")];
  const here = columns.findIndex((column) => column.contains(card));
  const rank = cards(columns[here]).indexOf(card);
  if (down) return cards(columns[here])[rank + down];
  for (let at = here + across; columns[at]; at += across) {
    const found = cards(columns[at]);
    if (found.length) return found[Math.min(rank, found.length - 1)];
  }
  return undefined;
}

let dragged = null;

on("dragstart", "[data-board] li[data-move]", (event, item) => {
  if (!item.draggable) return event.preventDefault();
  dragged = item;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.innerText);
});

on("dragend", "[data-board] li[data-move]", () => {
  dragged = null;
  mark(null);
});

on("dragover", "[data-colonne]", (event, column) => {
  if (!dragged || column.contains(dragged)) return mark(null);
  event.preventDefault();
  mark(column);
});

on("drop", "[data-colonne]", async (event, column) => {
  if (!dragged) return;
  event.preventDefault();
  const item = dragged;
  const board = column.closest("[data-poll]") ?? column.closest("[data-board]");
  const card = item.querySelector(".kc");
  mark(null);
  card.setAttribute("aria-busy", "true");
  announce("Déplacement en cours…");
  try {
    await htmx.ajax("POST", item.dataset.move, {
      source: item,
      target: board,
      swap: "outerHTML",
      values: { state: column.dataset.colonne, version: item.dataset.version },
    });
  } catch {
    // glue.js says what went wrong; the card stays where it was
  } finally {
    card.removeAttribute("aria-busy");
  }
});

function mark(column) {
  document.querySelectorAll("[data-over]").forEach((other) => other.removeAttribute("data-over"));
  column?.setAttribute("data-over", "");
}
