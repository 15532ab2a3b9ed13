// Reads every Mermaid text of a folder (*.mmd) with Mermaid itself, opens every picture (*.svg) in Chromium, and prints
// what is wrong, a line each. NAME.json says how many nodes and edges there are.
//
//   node maps.mjs MODULES CHROMIUM FOLDER
//
// MODULES is what `get` has filled.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, folder] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const TIMEOUT = 120_000;

const problems = [];
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: TIMEOUT });

// No text lies on another one or leaves its box, and all is inside the picture.
async function picture(name, expected) {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(join(folder, `${name}.svg`)).href);
  const found = await page.evaluate((expected) => {
    const problems = [];
    const root = document.documentElement;
    if (root.localName !== "svg" || document.querySelector("parsererror")) return ["does not parse"];
    const all = root.getBoundingClientRect();
    const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
    const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 2 || b.bottom <= a.top + 2;
    const texts = [...document.querySelectorAll("text")].map((one) => [one, one.getBoundingClientRect()]);
    texts.forEach(([one, at], place) => {
      const box = one.closest("g")?.querySelector("rect").getBoundingClientRect() ?? all;
      if (!inside(at, box)) problems.push(`text leaves its box: ${one.textContent}`);
      for (const [other, there] of texts.slice(place + 1)) {
        if (!apart(at, there)) problems.push(`texts overlap: ${one.textContent}, ${other.textContent}`);
      }
    });
    const boxes = [...document.querySelectorAll("rect.box")];
    for (const one of boxes) if (!inside(one.getBoundingClientRect(), all)) problems.push("a box is outside");
    const lines = [...document.querySelectorAll("path.line[marker-end]")];
    for (const one of lines) if (!inside(one.getBoundingClientRect(), all)) problems.push("a line is outside");
    if (boxes.length !== expected.nodes) problems.push(`${boxes.length} boxes`);
    if (lines.length !== expected.edges) problems.push(`${lines.length} lines`);
    return problems;
  }, expected);
  problems.push(...found.map((one) => `${name}.svg: ${one}`));
  await page.close();
}

async function mermaid(name, expected) {
  const page = await browser.newPage();
  await page.addScriptTag({ path: join(modules, "node_modules/mermaid/dist/mermaid.min.js") });
  const text = readFileSync(join(folder, `${name}.mmd`), "utf8");
  const found = await page.evaluate(async (text) => {
    const { mermaid } = globalThis;
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxEdges: 2000 });
    try {
      await mermaid.parse(text);
      const { svg } = await mermaid.render("map", text);
      const drawn = new DOMParser().parseFromString(svg, "text/html");
      return {
        nodes: drawn.querySelectorAll("g.node").length,
        edges: drawn.querySelectorAll("path.flowchart-link").length,
        labels: [...drawn.querySelectorAll("g.node")].map((one) => one.textContent),
      };
    } catch (error) {
      return { error: String(error) };
    }
  }, text);
  for (const what of ["nodes", "edges"]) {
    if (found[what] !== expected[what]) {
      problems.push(`${name}.mmd: ${found.error ?? `${found[what]} ${what} instead of ${expected[what]}`}`);
    }
  }
  for (const one of expected.names) {
    if (!found.labels?.some((label) => label.includes(one))) problems.push(`${name}.mmd: is not shown: ${one}`);
  }
  await page.close();
}

const names = readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => name.replace(/\.json$/, "")).sort();
for (const name of names) {
  const expected = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  if (existsSync(join(folder, `${name}.svg`))) await picture(name, expected);
  await mermaid(name, expected);
}
await browser.close();

for (const one of problems) console.log(one);
console.log(`${names.length} maps, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
