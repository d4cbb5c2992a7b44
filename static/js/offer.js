// A quote with options: the total follows what is ticked. The server computes it again, and asks anew when it finds another.

const half = (value) => Math.sign(value) * Math.round(Math.abs(value));
const euros = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });

function amounts(offer) {
  const bases = new Map(JSON.parse(offer.dataset.bases).map(([code, rate, net]) => [`${code} ${rate}`, { rate, net }]));
  document.querySelectorAll("[data-net]:checked").forEach(({ dataset }) => {
    const key = `${dataset.code} ${dataset.rate}`;
    const known = bases.get(key) ?? { rate: Number(dataset.rate), net: 0 };
    bases.set(key, { ...known, net: known.net + Number(dataset.net) });
  });
  const share = Number(offer.dataset.share);
  const found = { gross: 0, vat: 0, deposit: 0 };
  for (const { rate, net } of bases.values()) {
    const vat = half((net * rate) / 10000);
    found.vat += vat;
    found.gross += net + vat;
    const part = net > 0 ? half((net * share) / 10000) : 0;
    found.deposit += part + half((part * rate) / 10000);
  }
  return { ...found, share };
}

function show(offer) {
  const { gross, vat, deposit, share } = amounts(offer);
  const write = (mark, cents) => document.querySelectorAll(`[data-offer-${mark}]`).forEach((place) => {
    place.textContent = euros.format(cents / 100);
  });
  write("gross", gross);
  write("due", gross - Number(offer.dataset.thirds));
  write("vat", vat);
  if (share) write("deposit", deposit);
  document.querySelectorAll("[data-offer-expected]").forEach((field) => { field.value = gross; });
}

const offer = document.querySelector("[data-offer]");
if (offer) {
  document.addEventListener("change", ({ target }) => target.matches("[data-net]") && show(offer));
  addEventListener("pageshow", () => show(offer));
}
