// Looks at HTML reports as their readers do: in Chromium, light and dark, wide and narrow, by keyboard, and printed. Usage:
// node audit.mjs MODULES OUT FILE…, where MODULES has axe-core and playwright-core, and OUT takes the pictures.
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [modules, out, ...files] = process.argv.slice(2);
const require = createRequire(path.join(modules, "package.json"));
const { chromium } = require("playwright-core");
const axe = require("axe-core").source;
mkdirSync(out, { recursive: true });

let faults = 0;
const fail = (what) => { faults++; console.log("FAIL " + what); };
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
for (const file of files) {
  const name = path.basename(file, ".html");
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1280]) {
      const at = `${name}, ${colorScheme}, ${width} px`;
      // bypassCSP is for axe alone, which is put into the page; the page's own policy is tried below.
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      page.on("console", (m) => ["error", "warning"].includes(m.type()) && fail(`${at}: console: ${m.text()}`));
      page.on("pageerror", (e) => fail(`${at}: ${e}`));
      page.on("request", (r) => r.url().startsWith("file:") || fail(`${at}: asks for ${r.url()}`));
      await page.goto(pathToFileURL(path.resolve(file)).href);
      await page.evaluate(axe);
      const result = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      for (const v of result.violations) fail(`${at}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(" | ")}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) fail(`${at}: the page is ${over} px too wide`);
      await page.screenshot({ path: path.join(out, `${name}-${colorScheme}-${width}.png`) });
      await context.close();
    }
  }
  // With its own policy in force: the script runs, filters, and sorts, all by keyboard.
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  let expected = false; // the last try is to be complained of
  page.on("console", (m) => m.type() === "error" && !expected && fail(`${name}: console: ${m.text()}`));
  await page.goto(pathToFileURL(path.resolve(file)).href);
  const visible = () => page.locator("[data-level]:visible").count();
  const all = await page.locator("[data-level]").count();
  if (all > 0) {
    await page.locator("#tools input[value=error]").focus();
    await page.keyboard.press("Space");
    const without = await page.locator("[data-level=error]:visible").count();
    if ((await page.locator("[data-level=error]").count()) > 0 && (await visible()) >= all && without > 0) fail(`${name}: the filter does nothing`);
    await page.keyboard.press("Space");
    if ((await visible()) !== all) fail(`${name}: the filter can't be undone`);
    await page.locator("#words").focus();
    await page.keyboard.type("no such words anywhere");
    if ((await visible()) !== 0) fail(`${name}: a search for nothing finds something`);
    await page.locator("#words").fill("");
    await page.locator("#order").focus();
    await page.keyboard.press("ArrowDown");
    const lines = await page.locator(".findings").first().evaluate((l) => [...l.children].map((c) => +c.dataset.line));
    if (lines.some((l, i) => i > 0 && l < lines[i - 1])) fail(`${name}: not sorted by place: ${lines}`);
  }
  // What a script in the page would do were it let in.
  expected = true;
  const blocked = await page.evaluate(() => new Promise((resolve) => {
    document.addEventListener("securitypolicyviolation", () => resolve(true), { once: true });
    const s = document.createElement("script");
    s.textContent = "window.intruder = true";
    document.body.append(s);
    setTimeout(() => resolve(false), 500);
  }));
  if (!blocked || (await page.evaluate(() => window.intruder))) fail(`${name}: the policy lets a foreign script run`);
  const pdf = await page.pdf({ format: "A4" });
  writeFileSync(path.join(out, `${name}.pdf`), pdf);
  if (pdf.length < 5000) fail(`${name}: nothing is printed`);
}
await browser.close();
console.log(`${files.length} reports, ${faults} faults`);
process.exit(faults > 0 ? 1 : 0);
