// [data-imprimer="address of a PDF"]: opens the browser's print dialog on it once the page is shown.

import { each } from "./dom.js";
import { toast } from "./toast.js";

each("[data-imprimer]", (mark) => {
  const address = mark.dataset.imprimer;
  toast("Le bon est prêt.", { action: { label: "Ouvrir le PDF", run: () => window.open(address, "_blank") } });
  history.replaceState(history.state, "", location.pathname + location.hash);
  // Only where the browser shows PDF inside a page can its dialog be opened from here.
  if (navigator.pdfViewerEnabled) mark.append(printing(address));
});

function printing(address) {
  const frame = Object.assign(document.createElement("iframe"), { className: "vh", title: "Impression", tabIndex: -1, src: address });
  frame.addEventListener("load", () => frame.contentWindow.print());
  return frame;
}

// [data-imprimer-page]: prints the page. The tables folded under the charts of a report are printed open.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-imprimer-page]")) window.print();
});
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll(".reports details:not([open])")) {
    folded.open = true;
    folded.dataset.refermer = "";
  }
});
addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("[data-refermer]")) {
    opened.open = false;
    delete opened.dataset.refermer;
  }
});
