// What htmx needs around it: busy buttons, lost connection, polls that wait.

import { each, on } from "./dom.js";
import { close, toast } from "./toast.js";

const BUSY_AFTER_MS = 150;

// A box of errors in a page that just loaded takes the focus too.
each(".al[data-focus]", (box) => box.focus());

// Signed in again from another tab: what is typed here goes out with the token of the new session.
document.addEventListener("etabli:token", ({ detail }) => {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": detail.token }));
  document.querySelectorAll('input[name="csrf_token"]').forEach((input) => (input.value = detail.token));
});

// Busy buttons: the one pressed, of a form or of htmx.
const timers = new WeakMap();

function busy(button) {
  if (!button || timers.has(button)) return;
  timers.set(
    button,
    setTimeout(() => {
      button.setAttribute("aria-busy", "true");
      if (!button.dataset.busyText) return;
      button.dataset.words = button.innerHTML;
      button.textContent = button.dataset.busyText;
    }, BUSY_AFTER_MS),
  );
}

function ready(button) {
  if (!button) return;
  clearTimeout(timers.get(button));
  timers.delete(button);
  button.removeAttribute("aria-busy");
  if (button.dataset.words) {
    button.innerHTML = button.dataset.words;
    delete button.dataset.words;
  }
}

function pressed(detail) {
  const trigger = detail.requestConfig?.triggeringEvent?.submitter ?? detail.elt;
  return trigger?.closest?.(".bt, .mi");
}

document.addEventListener("htmx:beforeRequest", (event) => busy(pressed(event.detail)));
document.addEventListener("htmx:afterRequest", (event) => ready(pressed(event.detail)));

const sent = new WeakSet();
on("submit", "form:not([hx-post], [hx-get], [hx-put], [data-apparence], [data-telecharge])", (event, form) => {
  if (event.defaultPrevented || form.method === "dialog") return;
  if (sent.has(form)) return event.preventDefault();
  if (form.method === "post") sent.add(form);
  busy(event.submitter);
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form").forEach((form) => sent.delete(form));
  document.querySelectorAll("[aria-busy=true]").forEach(ready);
});

// A request that is cut on purpose is no error, though htmx logs one when its `detail` bears no word of its own: a newer one
// replaces it (hx-sync), what asked for it was replaced, the page is left.
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

function quietly(detail, end, meant) {
  const ended = detail.xhr[end];
  detail.xhr[end] = () => {
    if (meant()) detail.error = "";
    ended();
  };
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  quietly(detail, "onabort", () => true);
  quietly(detail, "onerror", () => leaving);
});

// A lost connection is said once, with a way to go on; an error of the server says so.
let lost = null;
const lose = (event) => {
  if (leaving) return;
  const { requestConfig, elt } = event.detail;
  const poll = requestConfig?.triggeringEvent === undefined && elt.hasAttribute("data-poll");
  if (lost?.isConnected) return;
  const again = () => (poll ? htmx.trigger(elt, "poll") : retry(requestConfig, elt));
  lost = toast("Connexion perdue. Votre saisie est gardée.", { kind: "error", action: { label: "Réessayer", run: again } });
};

function retry(config, elt) {
  const submitter = config?.triggeringEvent?.submitter;
  if (elt.matches("form")) elt.requestSubmit(submitter ?? undefined);
  else if (elt.matches("input, textarea")) elt.dispatchEvent(new Event("input", { bubbles: true }));
  else htmx.trigger(elt, config?.triggeringEvent?.type ?? "click");
}

document.addEventListener("htmx:sendError", lose);
document.addEventListener("htmx:timeout", lose);
document.addEventListener("htmx:afterOnLoad", () => {
  close(lost);
  lost = null;
});

// An error of the application comes as a toast of its own; one of a proxy, or of nobody, is said here.
const ownToast = (xhr) => xhr.getResponseHeader("HX-Retarget") === "#toasts";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt } = event.detail;
  if (ownToast(xhr)) event.detail.shouldSwap = !elt.hasAttribute("data-poll");
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  if (ownToast(xhr) || elt.hasAttribute("data-poll")) return;
  toast("Le serveur n’a pas pu répondre. Votre saisie est gardée, réessayez dans un instant.", { kind: "error" });
});

// Polls: hx-trigger="poll" on [data-poll="30"]; asked while the page is seen and nobody works inside.
each("[data-poll]", (element) => {
  const timer = setInterval(() => {
    if (!element.isConnected) return clearInterval(timer);
    if (document.hidden || document.querySelector("dialog[open], [aria-busy=true], .menu:popover-open")) return undefined;
    if (element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return undefined;
    return htmx.trigger(element, "poll");
  }, Number(element.dataset.poll || 30) * 1000);
});
