// The client's pages: signature, photos, options of a quote, and one send per click. Everything works without it.

import { setup } from "./signature.js";
import "./offer.js";
import "./photos.js";

document.querySelectorAll("[data-signature]").forEach(setup);

document.addEventListener("submit", (event) => {
  const { submitter } = event;
  if (!submitter || event.defaultPrevented) return;
  if (submitter.getAttribute("aria-busy") === "true") return event.preventDefault();
  submitter.setAttribute("aria-busy", "true");
});

addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy")));
