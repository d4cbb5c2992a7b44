// form[data-autosave]: posts itself 800 ms after the last change and says when it was saved. What is typed always stays.
// The server answers 204 or JSON {"version": 4}; an error may answer {"message": "…"}, and {"token": "…"} after a new sign-in.

import { clock, debounce, each, headers } from "./dom.js";
import { toast } from "./toast.js";

const QUIET_MS = 800;

each("form[data-autosave]", (form) => {
  const say = (text) => {
    const place = form.querySelector("[data-enregistre]") ?? document.querySelector(`[data-enregistre="${form.id}"]`);
    if (place) place.textContent = text;
  };
  let running = false;
  let again = false;
  let renewed = false;

  const save = async () => {
    if (form.dataset.envoye) return;
    if (running) return void (again = true);
    running = true;
    again = false;
    try {
      const response = await fetch(form.dataset.autosave || form.action, {
        method: "POST",
        headers: { ...headers(), Accept: "application/json", "X-Requested-With": "fetch" },
        body: words(form),
      });
      await settle(response);
    } catch {
      say("Non enregistré : connexion perdue. Votre saisie est gardée.");
      addEventListener("online", save, { once: true });
    } finally {
      running = false;
      if (again) save();
    }
  };

  const settle = async (response) => {
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (response.ok && !response.redirected) {
      // One record a page: its other forms must carry the new version too, or they would look stale.
      if (answer.version !== undefined) document.querySelectorAll('input[name="version"]').forEach((field) => (field.value = answer.version));
      const seen = form.elements.namedItem("seen");
      if (answer.seen !== undefined && seen) seen.value = answer.seen;
      delete form.dataset.modifie;
      renewed = false;
      say(`Enregistré à ${clock()}`);
    } else if (answer.token && !renewed) {
      // Signed in again from another tab: the page takes the new session's token, and sends once more.
      document.dispatchEvent(new CustomEvent("etabli:token", { detail: answer }));
      renewed = again = true;
    } else {
      say("Non enregistré. Votre saisie est gardée.");
      toast(answer.message ?? "La saisie n’a pas pu être enregistrée. Copiez-la avant de quitter la page.", {
        kind: "error",
        action: { label: "Réessayer", run: save },
      });
    }
  };

  const later = debounce(QUIET_MS, save);
  form.addEventListener("input", () => {
    form.dataset.modifie = "1";
    later();
  });
  form.addEventListener("change", later);
});

/** What is typed, without the files: they go with the form itself. */
function words(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

// A form that leaves with the page is no draft any more. (On the window: after those that may refuse the submit.)
addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || !target.matches("form[data-autosave]")) return;
  target.dataset.envoye = "1";
  delete target.dataset.modifie;
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-envoye]").forEach((form) => delete form.dataset.envoye));

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-autosave][data-modifie]")) event.preventDefault();
});
