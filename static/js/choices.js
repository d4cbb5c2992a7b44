// Oui / Non / Sans objet: choosing again the chosen answer takes it back. Chips of words (data-ajoute="id") add them to a text.

import { on } from "./dom.js";

let before = null;

on("pointerdown", ".c3 label", (_event, label) => (before = label.querySelector(":checked")));
on("click", ".c3 input", (event, input) => {
  if (input !== before || event.detail === 0) return;
  before = null;
  input.checked = false;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
on("keydown", ".c3 input", (event, input) => {
  if (event.key !== "Backspace" && event.key !== "Delete") return;
  input.checked = false;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

on("click", "[data-ajoute]", (_event, chip) => {
  const field = document.getElementById(chip.dataset.ajoute);
  if (!field) return;
  const words = chip.dataset.mots ?? chip.textContent.trim();
  field.value = field.value.trim() ? `${field.value.trim().replace(/[.,]$/, "")}, ${words.toLowerCase()}` : words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
