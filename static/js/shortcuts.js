// Keys are declared where they act: data-key="N" on a link, button or field; "G D" for two in a row; "Control+S" in forms.
// Single letters are ignored in fields and dialogs, and everywhere when the person switched them off. « Enter » acts from the page
// itself, never from a button or a field.

import { each, isTyping } from "./dom.js";

const SECOND_KEY_MS = 1200;
// A letter acts once it is sure that it does not begin a scan: a scanner sends its next character sooner.
const NOT_A_SCAN_MS = 40;
// Function keys write nothing: they act from a field too (F9 at the till).
const ALWAYS = /^F\d{1,2}$/;
const GO = { d: "/tableau-de-bord", p: "/planning", r: "/dossiers" };

let going = 0;
let pending = 0;

addEventListener("keydown", () => clearTimeout(pending), true);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.ctrlKey || event.metaKey) return control(event);
  if (event.altKey) return;
  if (ALWAYS.test(event.key) || (event.key === "Enter" && event.target === document.body)) return press(event, event.key);
  if (event.key.length !== 1) return;
  if (document.body.dataset.raccourcis === "non" || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (going > event.timeStamp && open(GO[key])) {
    event.preventDefault();
    soon(() => location.assign(GO[key]));
  } else if (key === "g") {
    going = event.timeStamp + SECOND_KEY_MS;
  } else {
    press(event, event.key);
  }
});

/** Ctrl+S and Ctrl+Entrée belong to the form being filled, else to the page's only form that declares them. */
function control(event) {
  const name = `control+${event.key.toLowerCase()}`;
  const scope = event.target.closest?.("form, dialog[open]") ?? document;
  const element = find(name, scope) ?? find(name, document);
  if (element) {
    event.preventDefault();
    element.click();
  }
}

function press(event, key) {
  const element = find(key.toLowerCase(), document);
  if (!element) return;
  event.preventDefault();
  if (ALWAYS.test(key)) act(element);
  else soon(() => act(element.isConnected ? element : find(key.toLowerCase(), document)));
}

function act(element) {
  if (element?.matches("input:not([type=submit], [type=button]), textarea, select")) element.focus();
  else element?.click();
}

/** An address of the menu: what a role does not see, its keys do not open. */
function open(url) {
  return Boolean(url && document.querySelector(`.side a[href="${url}"]`));
}

// The help names the keys of this page, and no other.
each(".aide [data-touches]", (list) => {
  list.hidden = false;
  for (const row of list.querySelectorAll("[data-touche]")) {
    const [first, second] = row.dataset.touche.toLowerCase().replace("ctrl ", "control+").replace("↵", "enter").split(" ");
    row.hidden = second ? !open(GO[second]) : first !== "échap" && !find(first, document);
  }
});

function soon(action) {
  pending = setTimeout(action, NOT_A_SCAN_MS);
}

/** The declaration that counts: visible ones first (an entry of a closed menu still works). */
function find(key, scope) {
  const all = [...scope.querySelectorAll("[data-key]")].filter((element) => element.dataset.key.toLowerCase() === key && !element.disabled);
  return all.find((element) => element.getClientRects().length) ?? all[0];
}
