// The administration's lists: a double click on a cell, or its pencil, asks its small form; Entrée keeps, Échap leaves.

import { on } from "./dom.js";

function ask(cell) {
  const row = cell.closest("tr[data-id]");
  const query = new URLSearchParams({ list_form_pk: row.dataset.id, col: cell.dataset.col });
  const list = new URL(document.getElementById("f-liste").action);
  htmx.ajax("GET", `${list.pathname}ajax/update/?${query}`, { source: cell, target: cell, swap: "outerHTML" });
}

on("click", "[data-modifier]", (_event, pencil) => ask(pencil.closest("td")));

on("dblclick", "td.adm-ed:not(.on)", (event, cell) => {
  if (event.target.closest("a, button, input")) return;
  getSelection()?.removeAllRanges();
  ask(cell);
});

on("keydown", ".adm-cell", (event, cell) => {
  const button = { Enter: "[data-garder]", Escape: "[data-laisser]" }[event.key];
  if (!button || (event.key === "Enter" && event.target.matches("button"))) return;
  event.preventDefault();
  event.stopPropagation();
  cell.querySelector(button).click();
});

// The cell that comes back after an edit keeps the place of the keyboard.
document.addEventListener("htmx:afterSwap", (event) => {
  const cell = event.detail.elt;
  if (cell?.matches?.("td.adm-ed:not(.on)") && event.detail.requestConfig?.elt?.closest?.(".adm-cell, td.adm-ed")) cell.querySelector(".adm-pen")?.focus();
});
