// Heavy parts, loaded when a page has them: charts when their card is seen, signatures at once.

import { each, load } from "./dom.js";

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    load("charts").then((charts) => target.isConnected && charts.draw(target));
  }
});

each("[data-graphique]", (figure) => seen.observe(figure));
each("[data-signature]", (frame) => load("signature").then((signature) => signature.setup(frame)));
