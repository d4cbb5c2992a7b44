// Dictation in French. The voice goes to the browser maker's service, so the first use asks.

import { each } from "./dom.js";
import { ask } from "./dialogs.js";

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const AGREED = "etabli.dictee";
const NOTICE = "Dicter ? Le son est envoyé au service vocal de votre navigateur (Google, Apple ou Microsoft), qui le transcrit. Ne dictez pas de donnée confidentielle.";

each("[data-dictee]", (button) => {
  if (!Recognition) return;
  button.hidden = false;
  let listening = null;

  button.addEventListener("click", async () => {
    if (listening) return listening.stop();
    if (!localStorage.getItem(AGREED)) {
      if (!(await ask(NOTICE, "Dicter", "Ne pas dicter"))) return;
      localStorage.setItem(AGREED, "1");
    }
    listening = start(document.getElementById(button.dataset.dictee));
    button.setAttribute("aria-pressed", "true");
    listening.onend = () => {
      listening = null;
      button.setAttribute("aria-pressed", "false");
    };
  });
});

function start(field) {
  const recognition = new Recognition();
  recognition.lang = "fr-FR";
  recognition.continuous = true;
  recognition.onresult = (event) => {
    const heard = [...event.results].slice(event.resultIndex).filter((result) => result.isFinal).map((result) => result[0].transcript.trim());
    if (!heard.length) return;
    field.value = [field.value.trimEnd(), ...heard].filter(Boolean).join(" ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  recognition.start();
  return recognition;
}
