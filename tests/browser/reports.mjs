// Opens every report of a folder (*.html) in Chromium as readers do, and prints what is wrong, a line each. The last
// line says how much was looked at. The expectations of a single report are beside it: NAME.json, with `shown` (texts
// that must be on the page as text).
//
//   node reports.mjs MODULES CHROMIUM FOLDER [PICTURES]
//
// MODULES is what `get` has filled. With PICTURES, screenshots are written there.

import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, folder, pictures] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(join(modules, "node_modules/axe-core/axe.min.js"), "utf8");

const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const INTERACTIVE = "a[href], button, input, select, summary, [tabindex='0']";
// A machine that does other work too is slow.
const TIMEOUT = 120_000;

const problems = [];
let looked = 0;
const wrong = (report, what) => problems.push(`${report}: ${what}`);
const check = (report, holds, what) => {
  looked += 1;
  if (!holds) wrong(report, what);
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: TIMEOUT });

// Opens a report; what it asks for and complains about is wrong.
async function open(file, options) {
  const name = basename(file, ".html");
  const context = await browser.newContext(options);
  context.setDefaultTimeout(TIMEOUT);
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url() !== url) wrong(name, `asks for ${request.url()}`);
  });
  page.on("console", (message) => wrong(name, `console: ${message.text()}`));
  page.on("pageerror", (error) => wrong(name, `error: ${error}`));
  page.on("dialog", async (dialog) => {
    wrong(name, `dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(url);
  return [page, context];
}

// The verdict is on the first screen, and nothing has to be scrolled sideways.
async function firstScreen(name, screen, page) {
  const heading = await page.locator("h1").boundingBox();
  check(name, heading && heading.y + heading.height <= 600, `${screen}: the verdict ends below 600 pixels`);
  const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(name, content <= room, `${screen}: ${content} pixels wide on ${room}`);
}

// axe-core, by the rules that it calls serious or critical.
async function accessible(name, what, page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  });
  looked += 1;
  for (const one of found) wrong(name, `${what}: axe-core: ${one}`);
}

const shown = (page) => page.locator("details.object:not([hidden])").count();

// Each choice of each filter leaves the objects that it names.
async function filters(name, page) {
  const all = await page.locator("details.object").count();
  if (all === 0) return;
  const output = page.locator("form.filters output");
  for (const filter of ["effect", "kind", "value"]) {
    const select = page.locator(`form.filters select[name=${filter}]`);
    // Of values there may be none.
    if (filter === "value" && (await select.count()) === 0) continue;
    for (const choice of await select.locator("option").evaluateAll((all) => all.map((one) => one.value))) {
      await select.selectOption(choice);
      const expected = await page.locator("details.object").evaluateAll((objects, [filter, choice]) => {
        const of = { effect: ["effects", " "], kind: ["kind", "\n"], value: ["values", " "] }[filter];
        return objects.filter((one) => choice === "" || one.dataset[of[0]].split(of[1]).includes(choice)).length;
      }, [filter, choice]);
      const found = await shown(page);
      check(name, found === expected && found > 0, `${filter} ${choice}: ${found} objects instead of ${expected}`);
      check(name, (await output.textContent()) === `${found} of ${all}`, `${filter} ${choice}: not counted`);
    }
    await select.selectOption("");
  }
  const first = await page.locator("details.object summary code").first().textContent();
  const search = page.locator("form.filters input[type=search]");
  await search.fill(first.slice(2).toUpperCase());
  check(name, (await shown(page)) >= 1, "a name is not found");
  await search.fill("there is no such text");
  check(name, (await shown(page)) === 0, "a text is found that is not there");
  await search.fill("");
  check(name, (await shown(page)) === all, "without filters not all objects are shown");
}

async function folding(name, page) {
  const all = await page.locator("details.object").count();
  if (all === 0) return;
  const open = () => page.locator("details.object[open]").count();
  await page.locator("button.open").click();
  check(name, (await open()) === all, "not all is unfolded");
  await page.locator("button.fold").click();
  check(name, (await open()) === 0, "not all is folded");
  await page.locator("details.object summary").first().focus();
  await page.keyboard.press("Enter");
  check(name, (await open()) === 1, "Enter does not unfold");
  await page.keyboard.press("Enter");
}

// All that can be clicked can be reached with the tab key, and links lead somewhere.
async function keyboard(name, page) {
  await page.evaluate(() => document.activeElement?.blur());
  const expected = await page.locator(INTERACTIVE).evaluateAll((all) => {
    const visible = all.filter((one) => one.checkVisibility() && !one.disabled);
    visible.forEach((one, at) => { one.dataset.reach = at; });
    return visible.length;
  });
  const reached = new Set();
  for (let at = 0; at < expected + 5; at += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.dataset.reach));
  }
  reached.delete(undefined);
  check(name, reached.size === expected, `${reached.size} of ${expected} elements reached by keyboard`);
  const nowhere = await page.locator("a[href]").evaluateAll((all) =>
    all.map((one) => one.getAttribute("href")).filter((href) => !document.getElementById(href.slice(1))));
  check(name, nowhere.length === 0, `links lead nowhere: ${nowhere.join(" ")}`);
}

// A link to something folded unfolds it.
async function links(name, page) {
  const folded = await page.evaluate(() => {
    const targets = [...document.querySelectorAll("a[href]")].map((one) => one.getAttribute("href").slice(1));
    for (const one of document.querySelectorAll("details.object, section > details")) one.open = false;
    return [...new Set(targets)].filter((id) => document.getElementById(id).localName === "details").slice(0, 5);
  });
  for (const id of folded) {
    const link = page.locator(`a[href='#${id}']:visible`).first();
    if ((await link.count()) === 0) continue;
    await link.click();
    await page.waitForFunction((id) => document.getElementById(id).open, id, { timeout: 10_000 })
      .catch(() => wrong(name, `a link to #${id} does not unfold it`));
    looked += 1;
  }
}

// Nothing from a manifest has become an element.
async function onlyText(name, page, expected) {
  const strange = await page.evaluate(() => {
    const known = new Set(("html head meta title style body main header section article details summary h1 h2 h3 p a code pre "
      + "table thead tbody tr th td div span ins del i ul li dl dt dd form label input select option button output script svg defs marker path g rect text")
      .split(" "));
    const all = [...document.querySelectorAll("*")];
    const on = all.filter((one) => [...one.attributes].some(({ name, value }) =>
      name.startsWith("on") || (name === "style" && value !== "")));
    return [...all.map((one) => one.localName).filter((tag) => !known.has(tag)), ...on.map((one) => one.outerHTML)];
  });
  check(name, strange.length === 0, `elements that are not ours: ${strange.join(" ")}`);
  check(name, (await page.locator("script").count()) === 1, "not one script");
  check(name, await page.evaluate(() => !("hacked" in globalThis)), "a text from a manifest was run");
  const text = await page.evaluate(() => document.body.textContent);
  for (const one of expected.shown ?? []) check(name, text.includes(one), `is not shown: ${one}`);
}

async function withoutScript(name, file) {
  const [page, context] = await open(file, { viewport: SCREENS.desktop, javaScriptEnabled: false });
  check(name, await page.locator("h1").isVisible(), "no verdict without JavaScript");
  const objects = page.locator("details.object");
  const count = await objects.count();
  if (count > 0) {
    await objects.first().locator("summary").click();
    check(name, await objects.first().locator("p, pre").first().isVisible(), "no object opens without JavaScript");
  }
  const useless = await page.locator(".needs-script").evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
  check(name, useless === 0, `${useless} elements that need JavaScript are shown without it`);
  await context.close();
}

// On paper all is unfolded, nothing is cut off at the right, and the text is dark whatever the screen is.
async function paper(name, file) {
  const [page, context] = await open(file, { viewport: { width: 794, height: 1123 }, colorScheme: "dark" });
  await page.emulateMedia({ media: "print" });
  const folded = await page.locator("details > :not(summary)").evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().height === 0 && one.textContent.trim() !== "").length);
  check(name, folded === 0, `${folded} parts are folded on paper`);
  const cut = await page.evaluate(() => [...document.querySelectorAll("main *")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 100)));
  check(name, cut.length === 0, `is cut off on paper: ${cut[0]}`);
  const [text, ground] = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor].map((colour) => Number(colour.match(/\d+/)[0]));
  });
  check(name, text < 80 && ground > 200, `paper has text of ${text} on ${ground}`);
  await context.close();
}

async function picture(name, page) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const files = readdirSync(folder).filter((name) => name.endsWith(".html")).sort().map((name) => join(folder, name));
for (const file of files) {
  const name = basename(file, ".html");
  const beside = file.replace(/html$/, "json");
  const expected = existsSync(beside) ? JSON.parse(readFileSync(beside, "utf8")) : {};
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    const colorScheme = screen === "desktop" ? "light" : "dark";
    const [page, context] = await open(file, { viewport, colorScheme });
    await firstScreen(name, screen, page);
    await picture(`${name}-${screen}`, page);
    if (screen === "desktop") {
      await onlyText(name, page, expected);
      await filters(name, page);
      await folding(name, page);
      await keyboard(name, page);
    }
    await accessible(name, `${screen}, ${colorScheme}`, page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    await firstScreen(name, `${screen}, unfolded`, page);
    await accessible(name, `${screen}, ${colorScheme}, unfolded`, page);
    if (screen === "desktop") await links(name, page);
    await context.close();
  }
  await withoutScript(name, file);
  await paper(name, file);
}
await browser.close();

for (const one of problems) console.log(one);
console.log(`${files.length} reports, ${looked} checks, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
