// Builds what the browser and the PDF renderer need from the packages in node_modules. Run by `npm run build`.
//
//   build/front/      inputs of the bundles, without a hash in their names; app/core/assets.py joins and names them
//   build/fonts/      TTF fonts for the PDF renderer
//   build/icons.json  {name: inner SVG} of every Tabler outline icon
//   static/gen/       what is served: bundles with a hash in their names, manifest.json, the web font
//
// The last step runs Flask-Assets; the PYTHON variable names another interpreter than the project's own.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import subsetFont from "subset-font";
import { purgedTabler } from "./purge.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const PACKAGES = path.join(ROOT, "node_modules");
const FRONT = path.join(ROOT, "build/front");
const FONTS = path.join(ROOT, "build/fonts");
const SERVED = path.join(ROOT, "static/gen");
const DAY_MS = 86_400_000;

// Browsers of the last two years.
const TARGET = ["chrome128", "edge128", "firefox130", "safari17.5"];

// What French texts print, with the spaces, dashes and arrows of our interface.
const FRENCH = [
  [0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x152, 0x153], [0x178, 0x178], [0x2010, 0x2015], [0x2018, 0x201e],
  [0x2020, 0x2022], [0x2026, 0x2026], [0x202f, 0x2030], [0x2039, 0x203a], [0x20ac, 0x20ac], [0x2122, 0x2122],
  [0x2190, 0x2193], [0x2212, 0x2212], [0x2215, 0x2215],
];

function characters(ranges) {
  return ranges
    .map(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join(""))
    .join("");
}

/** The Inter web font, cut to French and to weights 400-700; fonts.css declares it, fonts.json gives its served name. */
async function webFont() {
  const source = await readFile(path.join(PACKAGES, "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"));
  const font = await subsetFont(source, characters(FRENCH), {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 700, default: 400 } },
  });
  const name = `inter.${createHash("sha256").update(font).digest("hex").slice(0, 8)}.woff2`;
  await writeFile(path.join(SERVED, name), font);
  await writeFile(path.join(FRONT, "fonts.json"), JSON.stringify({ "inter.woff2": name }));
  await writeFile(
    path.join(FRONT, "fonts.css"),
    `@font-face{font-family:Inter;font-style:normal;font-weight:400 700;font-display:swap;src:url(${name}) format("woff2")}\n`,
  );
}

async function pdfFonts() {
  const inter = ["400Regular", "500Medium", "600SemiBold", "700Bold"];
  await Promise.all([
    ...inter.map((weight) =>
      cp(path.join(PACKAGES, `@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`), path.join(FONTS, `Inter-${weight.slice(3)}.ttf`)),
    ),
    ...["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
      cp(path.join(PACKAGES, "dejavu-fonts-ttf/ttf", name), path.join(FONTS, name)),
    ),
  ]);
}

async function icons() {
  const folder = path.join(PACKAGES, "@tabler/icons/icons/outline");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".svg")).sort();
  const entries = await Promise.all(
    files.map(async (file) => [path.basename(file, ".svg"), innerSvg(await readFile(path.join(folder, file), "utf8"))]),
  );
  await writeFile(path.join(ROOT, "build/icons.json"), JSON.stringify(Object.fromEntries(entries)));
}

function innerSvg(svg) {
  return svg
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
    .replace(/\s*\n\s*/g, "")
    .replaceAll(" />", "/>");
}

async function styles() {
  await esbuild.build({
    entryPoints: ["etabli", "portal"].map((name) => path.join(ROOT, `static/css/${name}.css`)),
    outdir: FRONT,
    bundle: true,
    minify: true,
    target: TARGET,
    logLevel: "warning",
  });
  await writeFile(path.join(FRONT, "tabler.css"), await minified(`@layer tabler{${await purgedTabler(ROOT)}}`));
}

async function minified(css) {
  return (await esbuild.transform(css, { loader: "css", minify: true, target: TARGET })).code;
}

async function scripts() {
  const common = { bundle: true, minify: true, target: TARGET, outdir: FRONT, logLevel: "warning", legalComments: "none" };
  const entry = (name) => path.join(ROOT, `static/js/${name}.js`);
  await Promise.all([
    esbuild.build({ ...common, entryPoints: [entry("app"), entry("portal"), entry("follow")], format: "iife" }),
    // Loaded on demand by import().
    esbuild.build({ ...common, entryPoints: [entry("charts"), entry("scan"), entry("signature")], format: "esm" }),
    cp(path.join(PACKAGES, "htmx.org/dist/htmx.min.js"), path.join(FRONT, "htmx.min.js")),
  ]);
}

/** Joins the inputs into hashed bundles and writes the manifest. */
async function bundles() {
  const own = path.join(ROOT, ".venv/bin/python");
  const python = process.env.PYTHON ?? (existsSync(own) ? own : "python3");
  await promisify(execFile)(python, ["-m", "app.core.assets"], { cwd: ROOT });
}

/** Forgets bundles of earlier builds, a day later: pages and servers that still name them keep working meanwhile. */
async function prune() {
  const kept = await readFile(path.join(SERVED, "manifest.json"), "utf8");
  for (const name of await readdir(SERVED)) {
    const { mtimeMs } = await stat(path.join(SERVED, name));
    const hash = name.split(".").at(-2);
    if (Date.now() - mtimeMs > DAY_MS && name !== "manifest.json" && !kept.includes(hash)) await rm(path.join(SERVED, name));
  }
}

const started = performance.now();
await Promise.all([FRONT, FONTS, SERVED].map((folder) => mkdir(folder, { recursive: true })));
await Promise.all([webFont(), pdfFonts(), icons(), styles(), scripts()]);
await bundles();
await prune();
console.log(`Interface construite en ${((performance.now() - started) / 1000).toFixed(1)} s`);
