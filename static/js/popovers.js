// Menus (popover) open beside their button; arrows move between entries.

import { on } from "./dom.js";

const GAP = 4;

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches?.(".menu[popover]")) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]:not([hidden])`);
    if (button?.offsetParent || button?.getClientRects().length) place(menu, button);
    menu.querySelector(".mi, a, button, input")?.focus({ preventScroll: true });
  },
  true,
);

function place(menu, button) {
  const anchor = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = anchor.bottom + GAP + height <= innerHeight;
  const left = anchor.left + width <= innerWidth - GAP ? anchor.left : anchor.right - width;
  menu.style.top = `${Math.max(GAP, below ? anchor.bottom + GAP : anchor.top - height - GAP)}px`;
  menu.style.left = `${Math.max(GAP, left)}px`;
}

on("keydown", ".menu", (event, menu) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const entries = [...menu.querySelectorAll(".mi:not([aria-disabled=true])")];
  if (!entries.length) return;
  event.preventDefault();
  entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
});

on("click", ".menu a.mi", (_event, link) => link.closest("[popover]")?.hidePopover());
