// form[data-leave="url"]: what the form keeps for somebody is given back when the page is left without sending it.

let sending = false;

addEventListener("submit", () => (sending = true));
addEventListener("htmx:afterRequest", () => (sending = false));
addEventListener("pageshow", () => (sending = false));
addEventListener("pagehide", () => {
  const form = document.querySelector("form[data-leave]");
  if (form && !sending) navigator.sendBeacon(form.dataset.leave, new FormData(form));
});
