// A swap never takes away what was typed, ticked or chosen while its request was on its way: each field is compared with what it
// held when the request left. What the answer itself changed wins, as when it empties a field that was just sent.

const CHECKABLE = ["checkbox", "radio"];
const FIELDS = "input:not([type=hidden], [type=submit], [type=button], [type=password]), select, textarea";

const sent = new WeakMap();
let kept = [];

document.addEventListener("htmx:beforeRequest", ({ detail }) => sent.set(detail.xhr, values(detail.target)));

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const before = sent.get(detail.xhr) ?? new Map();
  kept = [...fields(detail.target)]
    .filter(([key, field]) => mine(field, before.get(key), detail.requestConfig?.elt))
    .map(([key, field]) => ({ key, was: saves(field) ? undefined : before.get(key), now: value(field), files: field.files }));
});

document.addEventListener("htmx:afterSettle", () => {
  if (!kept.length) return;
  const there = fields(document);
  for (const { key, was, now, files } of kept.splice(0)) {
    const field = there.get(key);
    const theirs = field && value(field);
    if (field && theirs !== now && (was === undefined || theirs === was || (now && field.matches("[data-scan-ici]")))) put(field, now, files);
  }
});

/** Changed since the request left; a chosen file, unless its own form just sent it; the text of a form that saves itself. */
function mine(field, was, asker) {
  if (field.type === "file") return field.files.length && !asker?.contains(field);
  return (was !== undefined && was !== value(field)) || saves(field);
}

const saves = (field) => field.matches("form[data-autosave][data-modifie] textarea");

function put(field, now, files) {
  if (field.type === "file") field.files = files;
  else if (CHECKABLE.includes(field.type)) field.checked = now;
  else field.value = now;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (field.matches("select, [type=file], [type=checkbox], [type=radio]")) field.dispatchEvent(new Event("change", { bubbles: true }));
}

function value(field) {
  if (field.type === "file") return field.files.length;
  return CHECKABLE.includes(field.type) ? field.checked : field.value;
}

const values = (root) => new Map([...fields(root)].map(([key, field]) => [key, value(field)]));

/** The fields of a part of the page by what names them alone: their id, else their name (and value, if it is ticked). */
function fields(root) {
  const found = new Map();
  const twice = new Set();
  for (const field of root?.querySelectorAll?.(FIELDS) ?? []) {
    const key = field.id || `${field.name} ${CHECKABLE.includes(field.type) ? field.value : ""}`;
    if (found.has(key)) twice.add(key);
    found.set(key, field);
  }
  twice.forEach((key) => found.delete(key));
  return found;
}
