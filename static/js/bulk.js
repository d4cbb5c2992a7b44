// The bulk bar shows while rows are ticked, with their count; Shift ticks a range.

import { each } from "./dom.js";

each("[data-lot]", (bar) => {
  const form = bar.closest("form");
  const name = bar.dataset.lot;
  const boxes = () => [...form.querySelectorAll(`input[type=checkbox][name="${name}"]`)];
  let last = null;

  const refresh = () => {
    const all = boxes();
    const count = all.filter((box) => box.checked).length;
    bar.hidden = !count;
    bar.querySelector("[data-compte]").textContent = `${count}\u00a0${count > 1 ? bar.dataset.des : bar.dataset.un}`;
    for (const head of form.querySelectorAll(`[data-coche-tout="${name}"]`)) {
      head.checked = count > 0 && count === all.length;
      head.indeterminate = count > 0 && count < all.length;
    }
    const whole = bar.querySelector("[data-tout]");
    if (whole && count < all.length) whole.checked = false;
  };

  form.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches?.(`input[type=checkbox][name="${name}"]`)) return;
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
    }
    last = box;
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-coche-tout]")) boxes().forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches?.("[data-tout]") && event.target.checked) boxes().forEach((box) => (box.checked = true));
    refresh();
  });
  refresh();
});

// Back from another page: browsers keep the ticks without telling.
addEventListener("pageshow", () => {
  for (const bar of document.querySelectorAll("[data-lot]")) bar.closest("form").dispatchEvent(new Event("change"));
});
