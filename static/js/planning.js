// The planning: arrows move a cursor over rows and slots, Entrée opens the bar under it or books from there, M moves it;
// a bar dragged to another row or slot opens the same form, filled: the server decides, nothing moves before it has.
//   <section data-planning data-jour="2026-11-23" data-creneaux="28" data-heures="540 600 780 960"> <div class="pr" data-ligne="asset:12"> <div class="pt"> <a class="bar c3 n5" data-b="7" data-m="m">

import { announce, each, on } from "./dom.js";

const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const grid = (element) => element.closest("[data-planning]");
const rows = (of) => [...of.querySelectorAll(".pgr[open] .pr")];
const size = (of) => Number(of.dataset.creneaux);

each("[data-planning]", (planning) => {
  const first = planning.querySelector(".pr .pt");
  if (first) first.tabIndex = 0;
  planning.querySelectorAll(".bar[data-m]").forEach((bar) => (bar.draggable = bar.dataset.m === "m"));
});

/** The slots a bar stands on: [first, after its last). */
function place(bar) {
  const number = (letter) => Number([...bar.classList].find((name) => new RegExp(`^${letter}\\d+$`).test(name))?.slice(1) ?? 0);
  return [number("c"), number("c") + number("n")];
}

const under = (track, slot) => [...track.querySelectorAll(".bar")].find((bar) => place(bar)[0] <= slot && slot < place(bar)[1]);

function put(track, slot) {
  const planning = grid(track);
  planning.querySelectorAll(".ici").forEach((mark) => mark.remove());
  planning.querySelectorAll('.pt[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
  const mark = Object.assign(document.createElement("i"), { className: `ici c${slot} n1` });
  track.append(mark);
  track.dataset.creneau = slot;
  track.tabIndex = 0;
  track.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  const bar = under(track, slot);
  const row = track.closest(".pr").querySelector(".pn").innerText.split("\n")[0];
  announce(`${row}, ${when(planning, slot)}, ${bar ? bar.title : "libre"}`);
}

/** The moment of a slot, as the server reads it and as people say it. */
function moment(planning, slot) {
  const minutes = planning.dataset.heures.split(" ").map(Number);
  const day = new Date(planning.dataset.jour + "T00:00");
  day.setDate(day.getDate() + Math.floor(slot / minutes.length));
  day.setHours(0, minutes[slot % minutes.length]);
  return day;
}

const when = (planning, slot) =>
  moment(planning, slot).toLocaleString("fr-FR", { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
const two = (number) => String(number).padStart(2, "0");
const iso = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

on("keydown", "[data-planning] .pt", (event, track) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const planning = grid(track);
  const slot = Number(track.dataset.creneau ?? 0);
  const here = event.target.closest(".bar") ?? under(track, slot);
  if (STEP[event.key]) {
    event.preventDefault();
    const [across, down] = STEP[event.key];
    const all = rows(planning);
    const row = all[all.indexOf(track.closest(".pr")) + down];
    if (row) put(row.querySelector(".pt"), Math.min(Math.max(slot + across, 0), size(planning) - 1));
  } else if (event.key === "Enter" && event.target === track) {
    event.preventDefault();
    if (here) here.click();
    else book(planning, track, slot);
  } else if (event.key.toLowerCase() === "m" && here?.dataset.m) {
    event.preventDefault();
    dialog(`/planning/reservations/${here.dataset.b}/deplacement`, here);
  }
});

on("click", "[data-planning] .bar[data-b]", (event, bar) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  dialog(bar.getAttribute("href"), bar);
});

on("dblclick", "[data-planning] .pt", (event, track) => {
  if (event.target === track || event.target.matches(".ici")) book(grid(track), track, slotAt(track, event.clientX));
});

function dialog(address, source) {
  htmx.ajax("GET", address, { source, target: document.body, swap: "beforeend" });
}

function book(planning, track, slot) {
  const opener = document.querySelector('[data-key="R"]');
  if (!opener) return;
  const query = new URLSearchParams({ ligne: track.closest(".pr").dataset.ligne, de: iso(moment(planning, slot)) });
  dialog(`${new URL(opener.href).pathname}?${query}`, track);
}

function slotAt(track, x) {
  const box = track.getBoundingClientRect();
  const count = size(grid(track));
  return Math.min(Math.max(Math.floor(((x - box.left) / box.width) * count), 0), count - 1);
}

let dragged = null;

on("dragstart", "[data-planning] .bar", (event, bar) => {
  if (!bar.draggable) return event.preventDefault();
  dragged = { bar, grip: slotAt(bar.closest(".pt"), event.clientX) - place(bar)[0] };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", bar.title);
});

on("dragend", "[data-planning] .bar", () => {
  dragged = null;
  aim(null);
});

on("dragover", "[data-planning] .pt", (event, track) => {
  if (!dragged) return;
  event.preventDefault();
  aim(track);
});

on("drop", "[data-planning] .pt", (event, track) => {
  if (!dragged) return;
  event.preventDefault();
  const { bar, grip } = dragged;
  const planning = grid(track);
  const slot = Math.max(slotAt(track, event.clientX) - grip, 0);
  const query = new URLSearchParams({ ligne: track.closest(".pr").dataset.ligne });
  if (slot !== place(bar)[0]) query.set("de", iso(moment(planning, slot)));
  aim(null);
  dialog(`/planning/reservations/${bar.dataset.b}/deplacement?${query}`, bar);
});

function aim(track) {
  document.querySelectorAll(".pt.vise").forEach((other) => other.classList.remove("vise"));
  track?.classList.add("vise");
}
