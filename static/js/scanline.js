// A scan line ([data-scan-ici] in a form that htmx sends) is ready for the next code at once: what is scanned or pressed while
// an answer is awaited goes out after it, in order. An error is to be read first: codes wait behind it, keys are forgotten.

const LINE = "input[data-scan-ici]:not([role=combobox])";

let waiting = [];
let refused = false;
let sending = false;

const line = (form) => form.matches("form[hx-post]") && form.querySelector(LINE);
const busy = (form) => form.classList.contains("htmx-request");

addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    const field = line(form);
    if (!field || sending || !(busy(form) || (waiting.length && !refused))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push({ form: form.id, code: field.value, name: submitter?.name, value: submitter?.value });
    field.value = "";
  },
  true,
);

// What leaves is no longer in the line, unless it could not leave.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const field = line(detail.elt);
  if (field && detail.parameters[field.name] === field.value) field.value = "";
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status || !detail.elt.isConnected) return;
  const field = line(detail.elt);
  if (field && !field.value) field.value = detail.requestConfig.parameters[field.name] ?? "";
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  refused = detail.xhr?.status >= 400;
  if (refused) {
    waiting = waiting.filter(({ code }) => code);
    const at = document.activeElement;
    if (at?.matches(LINE) && at.value === at.defaultValue) at.select(); // the next scan takes the place of the refused code
  } else if (waiting.length) {
    setTimeout(next);
  }
});

/** Send what waits longest; what is being typed stays in the line. */
function next() {
  const form = waiting.length && document.getElementById(waiting[0].form);
  const field = form && line(form);
  if (!field || busy(form)) return;
  const { code, name, value } = waiting.shift();
  const buttons = [...form.elements].filter((each) => each.type === "submit" && !each.disabled);
  const pressed = buttons.find((each) => each.name === name && each.value === value);
  if (!pressed && !code) return;
  const typing = field.value;
  field.value = code;
  sending = true;
  form.requestSubmit(pressed ?? buttons[0]);
  sending = false;
  field.value = typing;
}
