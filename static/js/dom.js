// Small tools shared by the modules.

const known = new WeakMap();

/** Run `setup(element)` once for each match, now and for every fragment htmx adds. */
export function each(selector, setup) {
  const run = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      const done = known.get(element) ?? known.set(element, new Set()).get(element);
      if (done.has(setup)) continue;
      done.add(setup);
      setup(element);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => run(document));
  else run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

/** Listen on the document for an event whose target is inside `selector`. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target.closest?.(selector);
      if (element) handler(event, element);
    },
    options,
  );
}

/** The headers a change needs. */
export function headers() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}

/** Say something to screen readers only. */
export function announce(text) {
  const region = document.getElementById("annonce");
  if (region) region.textContent = text;
}

/** True where a key press is text: fields, and anything being edited. */
export function isTyping(element) {
  return Boolean(
    element?.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])"),
  );
}

/** A module built apart, loaded when first needed: "charts", "scan" or "signature". */
export function load(name) {
  return import(JSON.parse(document.body.dataset.modules)[name]);
}

/** « 10 h 42 », with spaces that do not break. */
export function clock(date = new Date()) {
  return `${date.getHours()}\u00a0h\u00a0${String(date.getMinutes()).padStart(2, "0")}`;
}

export function debounce(delay, action) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(action, delay, ...args);
  };
}
