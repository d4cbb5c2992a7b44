// Counts the changes of a form that has a [data-changements] place, and warns before they are lost.

import { each } from "./dom.js";

let leaving = false;

each("form:has([data-changements])", (form) => {
  const place = form.querySelector("[data-changements]");
  const before = state(form);
  const count = () => {
    const now = state(form);
    const names = new Set([...before.keys(), ...now.keys()]);
    const changed = [...names].filter((name) => before.get(name) !== now.get(name)).length;
    form.dataset.changes = changed;
    place.textContent = changed ? `${changed}\u00a0changement${changed > 1 ? "s" : ""} non enregistré${changed > 1 ? "s" : ""}` : "";
  };
  form.addEventListener("input", count);
  form.addEventListener("change", count);
  form.addEventListener("reset", () => setTimeout(count));
  form.addEventListener("submit", () => (leaving = true));
});

/** Name → its values as one text; files by name and size. */
function state(form) {
  const values = new Map();
  for (const [name, value] of new FormData(form)) {
    const text = value instanceof File ? `${value.name}:${value.size}` : value;
    values.set(name, `${values.get(name) ?? ""}\u0000${text}`);
  }
  return values;
}

addEventListener("pageshow", () => (leaving = false));
addEventListener("beforeunload", (event) => {
  if (!leaving && document.querySelector('form[data-changes]:not([data-changes="0"])')) event.preventDefault();
});
