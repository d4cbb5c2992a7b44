// Heavy parts, loaded when a page has them: charts when their card is seen, signatures at once.

import { each, load } from "./dom.js";

let charts;
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    load("charts").then((module) => target.isConnected && (charts = module).draw(target));
  }
});

each("[data-graphique]", (figure) => seen.observe(figure));
// On paper every chart is seen.
addEventListener("beforeprint", () => charts && document.querySelectorAll("[data-graphique]").forEach((figure) => charts.draw(figure)));
each("[data-signature]", (frame) => load("signature").then((signature) => signature.setup(frame)));
