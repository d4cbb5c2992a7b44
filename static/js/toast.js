// Toasts: shown 6 s, longer while pointed at or focused; errors stay until closed.

import { each, on } from "./dom.js";

const SHOWN_MS = 6000;

each("[data-toast]", (toast) => {
  raise();
  if (toast.dataset.toast === "error") return;
  let timer;
  const start = () => (timer = setTimeout(() => close(toast), SHOWN_MS));
  const stop = () => clearTimeout(timer);
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("mouseleave", start);
  toast.addEventListener("focusout", start);
  start();
});

on("click", "[data-toast-close]", (_event, button) => close(button.closest("[data-toast]")));

/** Show a toast made in the browser. `action`: {label, run}. Returns the toast. */
export function toast(text, { kind = "success", action } = {}) {
  const model = document.getElementById(`modele-toast-${kind === "error" ? "error" : "success"}`);
  const element = model.content.firstElementChild.cloneNode(true);
  element.querySelector("[data-texte]").textContent = text;
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "bt s", textContent: action.label });
    button.addEventListener("click", () => {
      close(element);
      action.run();
    });
    element.querySelector("[data-toast-close]").before(button);
  }
  document.getElementById("toasts").append(element);
  htmx.process(element);
  element.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: element } }));
  return element;
}

export function close(toast) {
  toast?.remove();
}

/** Bring the toasts above an open dialog. */
function raise() {
  const region = document.getElementById("toasts");
  if (!region?.showPopover) return;
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}
