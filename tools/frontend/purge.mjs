// Keeps of Tabler's style sheet only the rules our pages can use.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { PurgeCSS } from "purgecss";

/** Words inside the quotes of a Python file: class names are never bare words there. */
function wordsOfPython(text) {
  return [...text.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].flatMap(([, double, single]) => words(double ?? single));
}

/** Words that may be a class, an id or a tag name. */
function words(text) {
  return text.match(/[A-Za-z0-9_-]+/g) ?? [];
}

export async function purgedTabler(root) {
  const safelist = JSON.parse(await readFile(path.join(root, "tools/frontend/safelist.json"), "utf8"));
  const [result] = await new PurgeCSS().purge({
    css: [path.join(root, "node_modules/@tabler/core/dist/css/tabler.min.css")],
    content: [`${root}/templates/**/*.html`, `${root}/static/js/**/*.js`, `${root}/app/**/*.py`],
    extractors: [
      { extractor: wordsOfPython, extensions: ["py"] },
      { extractor: words, extensions: ["html", "js"] },
    ],
    safelist: { standard: safelist.classes, deep: safelist.patterns.map((pattern) => new RegExp(pattern)) },
    keyframes: true,
    variables: true,
    fontFace: true,
  });
  return result.css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^@charset[^;]*;/, "");
}
