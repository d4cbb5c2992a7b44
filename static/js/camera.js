// Scan with the camera: [data-camera] opens the dialog. Uses the browser's BarcodeDetector, else zxing, loaded on demand.
// data-camera="field-id" puts the code in that field; empty, the code is opened by /scan.

import { load, on } from "./dom.js";
import { openDialog } from "./dialogs.js";

on("click", "[data-camera]", async (event, opener) => {
  const dialog = document.getElementById("camera");
  if (!dialog) return;
  event.preventDefault();
  openDialog(dialog, opener);
  const input = dialog.querySelector("[name=code]");
  const form = dialog.querySelector("form");
  const use = (text) => {
    const field = document.getElementById(opener.dataset.camera);
    if (!field) return location.assign(`/scan?code=${encodeURIComponent(text)}`);
    field.value = text;
    dialog.close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  };
  form.onsubmit = (submitted) => {
    submitted.preventDefault();
    if (input.value.trim()) use(input.value.trim());
  };
  await watch(dialog, use);
});

async function watch(dialog, found) {
  const video = dialog.querySelector("video");
  const message = dialog.querySelector("[data-camera-texte]");
  if (!navigator.mediaDevices?.getUserMedia) {
    message.textContent = "Cet appareil n’a pas de caméra utilisable ici. Tapez le code.";
    return;
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    message.textContent = "La caméra n’est pas autorisée. Autorisez-la dans le navigateur, ou tapez le code.";
    return;
  }
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  if (!dialog.open) return stop();
  dialog.addEventListener("close", stop, { once: true });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const read = await reader();
  while (dialog.open) {
    const text = await read(video);
    if (text) {
      stop();
      return found(text);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** A function that looks for a code in the video's present image. */
async function reader() {
  if ("BarcodeDetector" in window) {
    const detector = new BarcodeDetector();
    return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue;
  }
  return (await load("scan")).reader();
}
