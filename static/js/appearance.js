// Theme and menu width change at once; the choice is stored by the server.

import { headers, on } from "./dom.js";

on("submit", "form[data-apparence]", (event, form) => {
  const { submitter } = event;
  if (!submitter) return;
  event.preventDefault();
  apply(submitter);
  fetch(form.action, { method: "POST", headers: { ...headers(), "X-Requested-With": "fetch" }, body: new FormData(form, submitter) });
  form.closest("[popover]")?.hidePopover();
});

function apply(button) {
  const root = document.documentElement;
  if (button.name === "rail") {
    const narrow = button.value === "1";
    document.querySelector(".shell")?.classList.toggle("rail", narrow);
    button.value = narrow ? "0" : "1";
    return;
  }
  if (button.value === "auto") root.removeAttribute("data-bs-theme");
  else root.dataset.bsTheme = button.value = isDark() ? "light" : "dark";
  document.dispatchEvent(new CustomEvent("theme:change"));
}

export function isDark() {
  const chosen = document.documentElement.dataset.bsTheme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
