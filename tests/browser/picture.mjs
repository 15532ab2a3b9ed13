// Takes a picture of the beginning of a page in Chromium.
//
//   node picture.mjs MODULES CHROMIUM FILE PICTURE WIDTH HEIGHT
//
// MODULES is what `get` has filled.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, file, path, width, height] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "node_modules", "x.js"));
const { chromium } = require("playwright-core");

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(height) }, colorScheme: "light" });
await page.goto(pathToFileURL(file).href);
await page.screenshot({ path });
await browser.close();
