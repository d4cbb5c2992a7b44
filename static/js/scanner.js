// A bar-code scanner types fast and ends by Enter: such a burst opens /scan?code=… from any page. It never submits a form.
// In a field marked data-scan-ici (the scan line of the intake) the burst is left to the field; a password is never a code.

const FASTEST_TYPIST_MS = 35;
const SHORTEST_CODE = 6;

let code = "";
let last = 0;

document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.type === "password") return;
    const burst = event.timeStamp - last < FASTEST_TYPIST_MS;
    last = event.timeStamp;
    if (event.key === "Enter") {
      if (burst && code.length >= SHORTEST_CODE && !event.target.closest?.("[data-scan-ici]")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        takeBack(event.target, code);
        location.assign(`/scan?code=${encodeURIComponent(code)}`);
      }
      code = "";
    } else if (event.key.length === 1) {
      code = burst ? code + event.key : event.key;
    } else if (event.key !== "Shift") {
      code = ""; // somebody moves about
    }
  },
  true,
);

/** Remove the scanned characters from the field that received them. */
function takeBack(field, text) {
  if (typeof field.value === "string" && field.value.endsWith(text)) field.value = field.value.slice(0, -text.length);
}
