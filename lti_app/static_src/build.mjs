// Fills lti_app/static/vendor/ from npm packages and our Sass: the stylesheet, the font and the
// icon sprite. Run by hatch_build.py; by hand: npm ci && npm run build.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const packages = join(root, "node_modules");
const vendor = join(root, "lti_app", "static", "vendor");

const COPIES = {
  "figtree-latin.woff2": "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
  "figtree-latin-ext.woff2": "@fontsource-variable/figtree/files/figtree-latin-ext-wght-normal.woff2",
  "licences/bootstrap.txt": "bootstrap/LICENSE",
  "licences/bootstrap-icons.txt": "bootstrap-icons/LICENSE",
  "licences/figtree.txt": "@fontsource-variable/figtree/LICENSE",
};

// Bootstrap writes left and right; one stylesheet for both directions needs start and end.
const LOGICAL = [
  [/([{;])(margin|padding|border)-left\b/g, "$1$2-inline-start"],
  [/([{;])(margin|padding|border)-right\b/g, "$1$2-inline-end"],
  [/([{;])left:/g, "$1inset-inline-start:"],
  [/([{;])right:/g, "$1inset-inline-end:"],
  [/\b(float|clear):left\b/g, "$1:inline-start"],
  [/\b(float|clear):right\b/g, "$1:inline-end"],
  [/\btext-align:left\b/g, "text-align:start"],
  [/\btext-align:right\b/g, "text-align:end"],
];

// Classes that come with the parts of Bootstrap that we take, and that no page uses.
const UNUSED = /\.(btn-(check|lg|sm)|form-(check|label|switch)|form-check-(inline|label|reverse)|form-(control|select)-(color|lg|plaintext|sm))(?![\w-])/;

function withoutUnused(css) {
  return css
    .replaceAll(":not(.btn-check)+.btn", ".btn")
    .replace(/([^{}]+)\{([^{}]*)\}/g, (rule, selectors, body) => {
      if (!UNUSED.test(selectors)) return rule;
      const kept = selectors.split(",").filter((one) => !UNUSED.test(one));
      return kept.length ? `${kept.join(",")}{${body}}` : "";
    })
    .replace(/@media[^{}]*\{\}/g, "");
}

function stylesheet() {
  const { css } = sass.compile(join(here, "css", "app.scss"), {
    style: "compressed",
    loadPaths: [packages],
    quietDeps: true,
    // Bootstrap 5.3 is written with @import; there is no other way to take parts of it.
    silenceDeprecations: ["import"],
  });
  return LOGICAL.reduce((text, [physical, logical]) => text.replace(physical, logical), withoutUnused(css))
    .replace(/url\("?([\w-]+\.woff2)"?\)/g, (_all, file) => `url(${file}?v=${version(file)})`);
}

// As lti_app/web/assets.py names a file by its content, so that browsers may keep it.
function version(file) {
  return createHash("sha256").update(readFileSync(join(packages, COPIES[file]))).digest("hex").slice(0, 12);
}

async function symbol(name) {
  const svg = await readFile(join(packages, "bootstrap-icons", "icons", `${name}.svg`), "utf8");
  const drawing = svg.replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 16 16" overflow="visible">${drawing}</symbol>`;
}

async function sprite() {
  const list = await readFile(join(here, "icons.txt"), "utf8");
  const names = list.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(names.map(symbol));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

await rm(vendor, { recursive: true, force: true });
await mkdir(join(vendor, "licences"), { recursive: true });
await Promise.all(Object.entries(COPIES).map(([to, from]) => cp(join(packages, from), join(vendor, to))));
await writeFile(join(vendor, "app.css"), stylesheet());
await writeFile(join(vendor, "icons.svg"), await sprite());
