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
