// [data-imprimer="address of a PDF"]: opens the browser's print dialog on it once the page is shown.

import { each } from "./dom.js";
import { toast } from "./toast.js";

each("[data-imprimer]", (mark) => {
  const address = mark.dataset.imprimer;
  const frame = document.createElement("iframe");
  frame.className = "vh";
  frame.title = "Impression";
  frame.tabIndex = -1;
  frame.src = address;
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    } catch {
      // The browser shows PDF outside the page: the toast below opens it.
    }
  });
  mark.append(frame);
  toast("Le bon est prêt.", { action: { label: "Ouvrir le PDF", run: () => window.open(address, "_blank") } });
  history.replaceState(history.state, "", location.pathname + location.hash);
});
