// Photos chosen or taken are shown before they are sent.

import { each } from "./dom.js";

each("[data-photos]", (place) => {
  const input = place.querySelector("input[type=file]");
  const list = place.querySelector(".photos");
  input.addEventListener("change", () => {
    list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        const image = Object.assign(document.createElement("img"), { className: "photo", src: URL.createObjectURL(file), alt: file.name });
        image.addEventListener("error", () => {
          image.replaceWith(Object.assign(document.createElement("span"), { className: "photo", textContent: file.name }));
        });
        item.append(image);
        return item;
      }),
    );
  });
});

// A swap caused by another field keeps what was chosen; what its own form has just sent is done with.
let chosen = [];

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const fields = [...(detail.target?.querySelectorAll?.("input[type=file][id]") ?? [])];
  chosen = fields.filter((field) => field.files.length && !detail.requestConfig?.elt?.contains(field)).map(({ id, files }) => ({ id, files }));
});

document.addEventListener("htmx:afterSettle", () => {
  for (const { id, files } of chosen.splice(0)) {
    const field = document.getElementById(id);
    if (!field || field.files.length) continue;
    field.files = files;
    field.dispatchEvent(new Event("change"));
  }
});
