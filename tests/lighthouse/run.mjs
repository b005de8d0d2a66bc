// Audits the addresses that stand as JSON on standard input, one after the other, and writes what
// was found as a line of JSON each. Called by `python -m tests.lighthouse`.

import { readFileSync } from "node:fs";
import { Launcher } from "chrome-launcher";
import lighthouse from "lighthouse";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"];
const ITEMS_NAMED = 3;
const MOST_TRIES = 3;

const pages = JSON.parse(readFileSync(0, "utf8"));
let chrome;
// Chromium is in a process group of its own: nobody else would end it, not even while it starts.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    chrome?.kill();
    process.exit(1);
  });
}

// What an audit points at: an element where there is one, else an address or a sentence.
function nameOf(item) {
  const node = [item.node, item.relatedNode, item.source].find((one) => one?.snippet);
  return node?.snippet ?? item.url ?? item.description ?? item.label ?? JSON.stringify(item);
}

// Every audit that costs a category something, with the first elements that it names.
function losses(report) {
  return Object.values(report.categories).flatMap((category) =>
    category.auditRefs
      .map((reference) => ({ reference, audit: report.audits[reference.id] }))
      .filter(({ reference, audit }) => reference.weight > 0 && audit.score !== null && audit.score < 1)
      .map(({ reference, audit }) => ({
        category: category.id,
        audit: reference.id,
        score: audit.score,
        weight: reference.weight,
        said: audit.displayValue ?? audit.title,
        items: (audit.details?.items ?? []).slice(0, ITEMS_NAMED).map(nameOf),
      })),
  );
}

async function audit({ page, language, address, cookie }) {
  // A Chromium for each: it would send the cookies of the page before in place of the given one.
  chrome = new Launcher({ chromeFlags: FLAGS, logLevel: "silent" });
  try {
    await chrome.launch();
    const result = await lighthouse(address, {
      port: chrome.port,
      logLevel: "silent",
      onlyCategories: CATEGORIES,
      formFactor: "mobile",
      extraHeaders: cookie ? { Cookie: cookie } : undefined,
    });
    const report = result.lhr;
    const scores = CATEGORIES.map((name) => Math.round((report.categories[name].score ?? 0) * 100));
    const failed = report.runtimeError?.code;
    const there = report.finalDisplayedUrl === address;
    return { page, language, scores, failed, there, losses: losses(report) };
  } finally {
    chrome.kill();
  }
}

for (const one of pages) {
  let found = await audit(one);
  // Lighthouse itself failed, as on a busy machine. A page that merely scores low is not asked again.
  for (let tries = 1; found.failed && tries < MOST_TRIES; tries += 1) {
    const reason = found.failed;
    found = { ...(await audit(one)), again: reason };
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
