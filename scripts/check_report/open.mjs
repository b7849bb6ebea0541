// Opens pages of the report from disk in two browsers, as a reader would, and compares what they show with papers.ndjson and the tables.
//
// usage: scripts/node scripts/check_report/open.mjs [--browser NAME] [--only WORDS] [--screenshots DIR] WEEK=FOLDER…
//
// FOLDER is that of a week of weeks.py, with `tables` and `out/report`. Prints a line for each check that passed, and a sentence for each that did not.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BROWSERS } from './browsers.mjs';
import { accessible } from './access.mjs';
import { screenshots } from './screenshots.mjs';
import { details, read } from './week.mjs';
import * as page_checks from './page.mjs';
import * as paper_checks from './paper.mjs';
import * as plain_checks from './plain.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: 'string', multiple: true }, only: { type: 'string', default: '' }, screenshots: { type: 'string' } },
});

/** Returns all that is known of a week without its page. */
async function week(name, folder) {
  const report = join(folder, 'out', 'report');
  const newest = readdirSync(report).filter((entry) => /^\d{4}-W\d\d$/.test(entry)).sort().at(-1);
  const page = join(report, newest);
  const table = (file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : []);
  const { changes } = JSON.parse(readFileSync(join(page, 'week.json'), 'utf8'));
  const tables = Object.fromEntries(['papers', 'links'].map((kind) => [kind, table(join(folder, 'tables', `${kind}.ndjson`))]));
  const files = { report, file: join(page, 'index.html'), index: join(report, 'index.html') };
  return { name, ...files, rows: read(page), details: await details(page), tables, changes };
}

const failed = [];

/** Runs a check in a page of its own; the page must not have done anything that it may not. */
async function run(browser, what, on, check) {
  const began = Date.now();
  let page;
  try {
    page = await browser.page(check.options?.());
    const said = await check(page, on);
    const wrong = await page.wrong(on.report);
    if (wrong.length) throw new Error(`${wrong.length} times something that a page must not do, first ${wrong[0].slice(0, 500)}`);
    if (said !== null) console.log(`check_report: ${browser.name}: ${on.name}: ${what}${said ? `: ${said}` : ''} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed.push(what);
    console.log(`check_report: FAILED: ${browser.name}: ${on.name}: ${what}: ${error.message.slice(0, 700)}`);
    if (!/^[a-z]|^\d/.test(error.message)) console.log(error.stack);
  } finally {
    await page?.close();
  }
}

const weeks = [];
for (const given of positionals) weeks.push(await week(...given.split('=')));

async function runAll(name) {
  const browser = await BROWSERS[name]();
  console.log(`check_report: ${name} ${browser.version}`);
  for (const on of weeks) {
    const of_rows = on.rows.length ? { ...page_checks.CHECKS, ...paper_checks.CHECKS } : {};
    for (const [what, check] of Object.entries({ ...of_rows, ...plain_checks.CHECKS, ...accessible(name) })) {
      if (what.includes(values.only)) await run(browser, what, on, check);
    }
  }
  if (values.screenshots && name === 'chromium') await screenshots(browser, weeks.find((on) => on.name === 'sample') ?? weeks[0], values.screenshots);
  await browser.close();
}

await Promise.all((values.browser ?? Object.keys(BROWSERS)).map(runAll));
if (failed.length) {
  console.log(`check_report: ${failed.length} checks FAILED`);
  process.exit(1);
}
