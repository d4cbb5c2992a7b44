// The till. Keypad: [data-clavier="field-id"] holds keys [data-touche]; ⌫ takes the last figure away.
// A gesture made while the answer of the one before is awaited is kept, and done on the screen that comes: none is lost.

import { on } from "./dom.js";

on("click", "[data-touche]", (_event, key) => {
  const field = document.getElementById(key.closest("[data-clavier]").dataset.clavier);
  field.value = key.dataset.touche === "⌫" ? field.value.slice(0, -1) : field.value + key.dataset.touche;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Coins and notes counted: [data-compte] holds fields [data-valeur] (cents); [data-somme] beside it says what they come to.
on("input", "[data-compte]", (_event, box) => {
  const cents = [...box.querySelectorAll("[data-valeur]")].reduce((sum, { value, dataset }) => sum + (Number.parseInt(value, 10) || 0) * dataset.valeur, 0);
  const said = box.parentElement.querySelector("[data-somme]");
  said.textContent = (cents / 100).toLocaleString("fr-FR", { style: "currency", currency: "EUR" });
});

const kept = [];
let busy = false;

document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("#pos button[name=do]");
    if (!button || !busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.push(button.value);
  },
  true,
);
on("htmx:beforeRequest", "#pos form", () => {
  busy = true;
});
document.addEventListener("htmx:afterSettle", next);
document.addEventListener("htmx:sendError", release);
document.addEventListener("htmx:responseError", release);

function release() {
  busy = false;
  kept.length = 0;
}

function next() {
  busy = false;
  if (!document.getElementById("pos") || !kept.length) return;
  const value = kept.shift();
  const again = [...document.querySelectorAll("#pos button[name=do]")].find((button) => button.value === value && !button.disabled);
  if (again) again.click();
  else next();
}
