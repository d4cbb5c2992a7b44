// [data-insere="words"][data-insere-dans="form-id"]: puts its words at the caret of the text field last used in that form.

import { on } from "./dom.js";

const last = new Map();

on("focusin", "form input[type=text], form textarea", (_event, field) => last.set(field.form?.id, field));
on("click", "[data-insere]", (_event, chip) => {
  const form = document.getElementById(chip.dataset.insereDans);
  const field = last.get(form?.id) ?? form?.querySelector("textarea");
  if (!field) return;
  field.setRangeText(chip.dataset.insere, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
