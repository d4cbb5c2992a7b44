// Combobox: [data-combo="url"] around a hidden field, a text field and a list. The server answers <li role="option" data-value>.
// Also drives the results of the search dialog, whose options are links.

import { debounce, each, on } from "./dom.js";

const PAUSE_MS = 200;

each("[data-combo]", (combo) => {
  const input = combo.querySelector("[role=combobox]");
  const hidden = combo.querySelector("input[type=hidden]");
  const list = combo.querySelector("[role=listbox]");

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open && list.childElementCount > 0));
    if (!open) input.removeAttribute("aria-activedescendant");
  };

  // Enter, once a name is typed: who was meant, or the first of them to be looked at. It never sends a form without anybody.
  let asked = 0;
  let entered = false;
  const take = () => {
    entered = false;
    const options = choosable(list);
    if (options.length === 1) choose(options[0]);
    else if (options.length) mark(options[0], input, list);
  };

  const search = debounce(PAUSE_MS, () => {
    const mine = asked;
    const query = new URLSearchParams({ q: input.value });
    const glue = combo.dataset.combo.includes("?") ? "&" : "?";
    htmx.ajax("GET", `${combo.dataset.combo}${glue}${query}`, { source: input, target: list, swap: "innerHTML" }).then(
      () => {
        show(true);
        if (mine !== asked) return;
        asked = 0;
        if (entered) take();
      },
      () => {
        asked = 0;
        show(false); // glue.js says what went wrong
      },
    );
  });

  const choose = (option) => {
    if (!option || option.getAttribute("aria-disabled") === "true") return;
    hidden.value = option.dataset.value ?? "";
    input.value = option.dataset.text ?? option.textContent.trim();
    show(false);
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    combo.dispatchEvent(new CustomEvent("combo:choice", { bubbles: true, detail: { ...option.dataset } }));
  };

  input.addEventListener("input", () => {
    hidden.value = "";
    entered = false;
    asked += 1;
    if (input.value.trim()) search();
    else show(false);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    } else if (event.key === "Enter" && active(list)) {
      event.preventDefault();
      choose(active(list));
    } else if (event.key === "Enter" && input.value.trim() && !hidden.value) {
      event.preventDefault();
      if (asked) entered = true;
      else take();
    } else {
      move(event, input, list);
    }
  });
  input.addEventListener("blur", () => setTimeout(() => combo.contains(document.activeElement) || show(false), 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  show(false);
});

// The search dialog: Enter follows the chosen result, else submits the words.
on("keydown", "#recherche [role=combobox]", (event, input) => {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  if (event.key === "Enter" && active(list)) {
    event.preventDefault();
    const option = active(list);
    (option.matches("a") ? option : option.querySelector("a"))?.click();
  } else {
    move(event, input, list);
  }
});

function active(list) {
  return list.querySelector("[role=option][aria-selected=true]");
}

function choosable(list) {
  return [...list.querySelectorAll("[role=option]:not([aria-disabled=true])")];
}

function move(event, input, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const options = choosable(list);
  if (!step || !options.length) return;
  event.preventDefault();
  const at = options.indexOf(active(list));
  const next = options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length];
  mark(next, input, list);
}

function mark(next, input, list) {
  const options = choosable(list);
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  next.id ||= `${list.id}-${options.indexOf(next)}`;
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
