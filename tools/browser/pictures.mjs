// Makes the pictures of the README: node pictures.mjs MODULES REPORT.html TERMINAL.ansi OUT. TERMINAL.ansi is what
// 'mi-kscheck check --color always' prints.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [modules, report, terminal, out] = process.argv.slice(2);
const { chromium } = createRequire(path.join(modules, "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 1250 } });
await page.goto(pathToFileURL(path.resolve(report)).href);
await page.screenshot({ path: path.join(out, "report.png") });

const colours = { 1: "font-weight:700", 2: "color:#8b949e", 31: "color:#ff7b72", 32: "color:#7ee787", 33: "color:#e3b341", 34: "color:#79c0ff", 35: "color:#d2a8ff", 36: "color:#76e3ea", 90: "color:#8b949e", 91: "color:#ff7b72" };
const escape = (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
let open = 0;
const body = readFileSync(terminal, "utf8").split("\n").slice(0, 39).join("\n").split(/\x1b\[([0-9;]*)m/).map((part, i) => {
  if (i % 2 === 0) return escape(part);
  const codes = part.split(";").map(Number);
  const style = codes.map((c) => colours[c]).filter(Boolean).join(";");
  if (!style) { const closing = "</span>".repeat(open); open = 0; return closing; }
  open++;
  return `<span style="${style}">`;
}).join("");
const shell = await browser.newPage({ viewport: { width: 1000, height: 920 } });
await shell.setContent(`<body style="margin:0;background:#0d1117"><pre style="margin:0;padding:18px 22px;color:#e6edf3;font:13.5px/1.45 'DejaVu Sans Mono','Liberation Mono',monospace;white-space:pre-wrap;overflow-wrap:anywhere">$ mi-kscheck check testdata/demo\n\n${body}</pre>`);
await shell.screenshot({ path: path.join(out, "terminal.png") });
await browser.close();
