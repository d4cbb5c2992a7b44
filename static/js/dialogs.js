// Dialogs: [data-dialog-open="id"] opens, [data-dialog-close] closes, a click outside closes; focus returns to the opener.
// [data-confirm="question"] on a form or button asks first, with [data-confirm-verb] as the word of the button.

import { on } from "./dom.js";
import { giveBack, placeOf } from "./focus.js";

const openers = new Map(); // by the dialog's id: one that comes back with its errors gives the focus to the first opener

export function openDialog(dialog, opener) {
  if (!dialog || dialog.open) return;
  const key = dialog.id || dialog;
  if (!openers.has(key)) openers.set(key, placeOf(opener ?? document.activeElement));
  dialog.showModal();
  dialog.querySelector("[data-focus]")?.focus();
  dialog.dispatchEvent(new CustomEvent("dialog:open"));
}

on("click", "[data-dialog-open]", (event, opener) => {
  const dialog = document.getElementById(opener.dataset.dialogOpen);
  if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const menu = opener.closest("[popover]");
  menu?.hidePopover();
  const focused = document.activeElement === document.body ? opener : document.activeElement; // a key acts from anywhere
  openDialog(dialog, menu ? document.querySelector(`[popovertarget="${menu.id}"]`) : focused);
});

on("click", "[data-dialog-close]", (_event, button) => button.closest("dialog")?.close());

document.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open || event.detail === 0) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
});

document.addEventListener(
  "close",
  (event) => {
    const { id } = event.target;
    if (id && document.querySelector(`dialog[id="${CSS.escape(id)}"][open]`)) return; // its next page has come already
    const key = id || event.target;
    const opener = openers.get(key);
    openers.delete(key);
    if (opener) giveBack(opener); // a swap may have renewed it, or taken it away
  },
  true,
);

// A dialog that arrives in a fragment, shown by itself on a page without scripts, is modal as soon as it is there: htmx:load
// comes later, and a key pressed meanwhile would be lost. It goes away when closed.
document.addEventListener("htmx:afterSwap", () => {
  for (const dialog of document.querySelectorAll(":is(body, #dialogues) > dialog[data-ouvert]:not(:modal)")) {
    dialog.removeAttribute("open");
    openDialog(dialog);
    dialog.addEventListener("close", () => dialog.remove(), { once: true });
  }
});

// A form that was sent by htmx and answered well closes its dialog.
document.addEventListener("htmx:afterRequest", (event) => {
  const dialog = event.detail.elt.closest?.("dialog[open]");
  if (dialog && event.detail.successful && event.detail.requestConfig.verb !== "get") dialog.close();
});

/** Ask a question with two verbs; resolves to true when the second is chosen. */
export function ask(question, verb, keep = "Garder") {
  const dialog = document.createElement("dialog");
  dialog.className = "dlg";
  const title = Object.assign(document.createElement("h2"), { textContent: question, id: "confirmation-titre" });
  dialog.setAttribute("aria-labelledby", title.id);
  const foot = Object.assign(document.createElement("div"), { className: "dlg-f" });
  const button = (label, value, className) => Object.assign(document.createElement("button"), { type: "button", className, textContent: label, value });
  const [safe, risky] = [button(keep, "", "bt"), button(verb, "yes", "bt dg")];
  safe.autofocus = true;
  foot.append(safe, risky);
  dialog.append(title, foot);
  document.body.append(dialog);
  openDialog(dialog);
  return new Promise((resolve) => {
    foot.addEventListener("click", (event) => event.target.value !== undefined && event.target !== foot && dialog.close(event.target.value));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

on(
  "submit",
  "form[data-confirm]",
  async (event, form) => {
    const { submitter } = event;
    if (form.dataset.confirmed) {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(form.dataset.confirm, form.dataset.confirmVerb ?? submitter?.textContent.trim() ?? "Continuer")) {
      form.dataset.confirmed = "1";
      form.requestSubmit(submitter);
    }
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  const { elt, question, issueRequest } = event.detail;
  if (!question) return;
  event.preventDefault();
  if (await ask(question, elt.dataset.confirmVerb ?? elt.textContent.trim())) issueRequest(true);
});
