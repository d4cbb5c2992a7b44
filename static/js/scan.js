// Bar codes read by zxing, for browsers without BarcodeDetector. Built apart.

import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  HTMLCanvasElementLuminanceSource,
  HybridBinarizer,
  MultiFormatReader,
} from "@zxing/library";

const FORMATS = ["QR_CODE", "DATA_MATRIX", "CODE_128", "CODE_39", "EAN_13", "EAN_8", "UPC_A", "ITF"];

export function reader() {
  const decoder = new MultiFormatReader();
  decoder.setHints(new Map([[DecodeHintType.POSSIBLE_FORMATS, FORMATS.map((name) => BarcodeFormat[name])]]));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!video.videoWidth) return undefined;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    try {
      return decoder.decode(new BinaryBitmap(new HybridBinarizer(new HTMLCanvasElementLuminanceSource(canvas)))).getText();
    } catch {
      return undefined; // no code in this image
    }
  };
}
