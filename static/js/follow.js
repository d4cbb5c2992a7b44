// The status page follows the workshop: asked again every half minute while it is seen. Everything reads without it.

const EVERY = 30_000;

async function look() {
  const shown = document.getElementById("suivi");
  if (!shown || document.hidden || shown.contains(document.activeElement)) return;
  const answer = await fetch(`?rev=${encodeURIComponent(shown.dataset.rev)}`, { headers: { Accept: "text/html" } });
  if (answer.status !== 200) return; // 204: nothing new
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("suivi");
  if (!fresh) return;
  shown.replaceWith(document.adoptNode(fresh));
  const told = fresh.querySelectorAll("#a-faire, [aria-current=step]");
  document.getElementById("annonce").textContent = [...told].map((part) => part.textContent.trim()).join(". ");
}

const again = () => look().catch(() => {}); // offline: the next turn asks again

setInterval(again, EVERY);
document.addEventListener("visibilitychange", again);
