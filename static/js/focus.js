// A swap, or a dialog that closes, never sends the keyboard back to the top of the page: focus follows [data-focus] in what
// arrives; elements with the same id keep it by themselves, others are known by their name, else what surrounded them takes it.

let held = null;

document.addEventListener("htmx:beforeSwap", () => {
  const at = document.activeElement;
  if (at && at !== document.body) held = placeOf(at);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt;
  const target = root.matches?.("[data-focus]") ? root : root.querySelector?.("[data-focus]");
  if (target && !target.closest("dialog:not([open])")) target.focus();
  else if (document.activeElement === document.body && held && !held.at.isConnected) giveBack(held);
});

/** Where the focus is, so that it can come back though the element be gone: the blocks around it, the nearest first. */
export function placeOf(at) {
  const around = [];
  for (let block = at?.parentElement; block; block = block.parentElement) {
    if (block.id) around.push(`#${CSS.escape(block.id)}`);
    else if (block.hasAttribute("aria-labelledby")) around.push(`[aria-labelledby="${block.getAttribute("aria-labelledby")}"]`);
  }
  return { at, around };
}

/** Focus the same control, or the first of the nearest block that is still there. */
export function giveBack({ at, around }) {
  (at?.isConnected ? at : (renewed(at) || neighbour(around) || document.getElementById("main")))?.focus();
}

function renewed(at) {
  if (at?.id) return document.getElementById(at.id);
  return at?.name && [...document.getElementsByName(at.name)].find((other) => other.type === at.type && (other.value === at.value || other.type === "text"));
}

function neighbour(around) {
  for (const block of around) {
    const first = [...document.querySelectorAll(`${block} :is(a[href], button, input, select, textarea, summary)`)].find((each) => each.getClientRects().length);
    if (first) return first;
  }
  return null;
}
