// Signature by finger into a hidden field (PNG data URL); the typed name stays as the keyboard's way. Built apart.

import SignaturePad from "signature_pad";

const INK = "#1b1e23";

export function setup(frame) {
  const canvas = frame.querySelector("canvas");
  const hidden = frame.querySelector("input[type=hidden]");
  const typed = frame.querySelector("[data-tape]");
  const clear = frame.querySelector("[data-effacer]");
  const type = frame.querySelector("[data-taper]");
  const field = typed.querySelector("input");
  canvas.hidden = clear.hidden = false;
  typed.hidden = !field.value;
  type.hidden = !typed.hidden;
  const pad = new SignaturePad(canvas, { penColor: getComputedStyle(canvas).color, minWidth: 0.9, maxWidth: 2.4 });

  const fit = () => {
    const drawn = pad.toData();
    const ratio = Math.max(devicePixelRatio, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(drawn);
  };
  new ResizeObserver(() => canvas.offsetWidth && fit()).observe(canvas);

  pad.addEventListener("endStroke", () => {
    hidden.value = inInk(pad);
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  });
  clear.addEventListener("click", () => {
    pad.clear();
    hidden.value = "";
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  });
  type.addEventListener("click", () => {
    typed.hidden = false;
    type.hidden = true;
    field.focus();
  });
}

/** The drawing in dark ink whatever the theme, for paper. */
function inInk(pad) {
  const { penColor } = pad;
  const strokes = pad.toData();
  pad.fromData(strokes.map((stroke) => ({ ...stroke, penColor: INK })));
  const image = pad.toDataURL("image/png");
  pad.fromData(strokes.map((stroke) => ({ ...stroke, penColor })));
  return image;
}
