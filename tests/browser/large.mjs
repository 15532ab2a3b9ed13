// Opens one large report in Chromium and prints how many milliseconds it takes to load, to filter, and to jump to the
// end: `{"objects":10000,"load":…,"filter":…,"jump":…}`.
//
//   node large.mjs MODULES CHROMIUM FILE TEXT
//
// TEXT is what the list is filtered by.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, file, text] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const TIMEOUT = 300_000;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: TIMEOUT });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(TIMEOUT);

// Until the next picture is drawn.
async function timed(action) {
  const start = performance.now();
  await action();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return Math.round(performance.now() - start);
}

const load = await timed(() => page.goto(pathToFileURL(file).href));
const objects = await page.locator("details.object").count();
const filter = await timed(() => page.locator("input[type=search]").fill(text));
const found = await page.locator("details.object:not([hidden])").count();
await page.locator("input[type=search]").fill("");
const jump = await timed(() => page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight)));
await browser.close();
console.log(JSON.stringify({ objects, found, load, filter, jump }));
