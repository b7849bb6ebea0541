// Measures a page of the report in Chromium, opened from disk, and libraries for searching on the same rows. Prints the figures as JSON.
//
// usage: scripts/node scripts/bench_report/measure.mjs FOLDER   (that of a page: report/2026-W47)

import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { dice, found, queries, read } from '../check_report/week.mjs';
import { CATEGORIES, tasks } from './trace.mjs';

const RUNS = 5;
const KEYS = 600;
const DELAY = 30;
const COUNTED = 50;
const WIDTH = { viewport: { width: 1280, height: 800 } };

const folder = resolve(process.argv[2]);
const address = pathToFileURL(join(folder, 'index.html')).href;
const rows = read(folder);
const round = (value) => Math.round(value * 10) / 10;

/** Returns words of titles and names to type, so many letters in all. */
function typed() {
  const below = dice(600);
  const texts = [];
  for (let letters = 0; letters < KEYS; letters += texts.at(-1).length) {
    const row = rows[below(rows.length)];
    const words = [row.title ?? '', ...(row.authors ?? [])].flatMap((text) => text.split(/\s+/)).filter((word) => /^[\p{L}-]{3,}$/u.test(word));
    texts.push((words.length ? `${words[below(words.length)]} ${words[below(words.length)]}` : 'code').slice(0, KEYS - letters));
  }
  return texts;
}

/** Types the texts into a field by real keys, each in place of the one before. */
async function type(page, selector) {
  for (const text of typed()) {
    await page.focus(selector);
    await page.evaluate((selector) => document.querySelector(selector).select(), selector);
    await page.keyboard.type(text, { delay: DELAY });
    await page.waitForTimeout(2 * DELAY);
  }
  await page.waitForTimeout(500);
}

// Runs before the page's own scripts: records when all rows can be searched, and the time from each key to the hits. A search that a newer one
// ended has them when that one has.
function observe() {
  window.searches = [];
  let waiting = [];
  document.addEventListener('input', () => waiting.push(performance.now()), { capture: true });
  document.addEventListener('DOMContentLoaded', () => {
    const { find } = starcite.search;
    starcite.search.find = async (...given) => {
      const hits = await find(...given);
      if (hits === null) return hits;
      const now = performance.now();
      window.searches.push(...waiting.map((began) => now - began));
      waiting = [];
      if (!performance.getEntriesByName('searchable').length) performance.mark('searchable');
      return hits;
    };
  });
}

async function opened(browser, traced = false) {
  const page = await (await browser.newContext(WIDTH)).newPage();
  await page.addInitScript(observe);
  if (traced) await browser.startTracing(page, { categories: CATEGORIES });
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName('searchable').length);
  return page;
}

async function times(browser, run) {
  const runs = [];
  for (let at = 0; at < RUNS; at++) runs.push(await run(browser));
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, runs.map((one) => round(one[name]))]));
}

async function load(browser) {
  const page = await opened(browser);
  await page.waitForTimeout(300);
  const at = (name) => page.evaluate((name) => performance.getEntriesByName(name)[0]?.startTime ?? null, name);
  const figures = { first_paint_ms: await at('first-contentful-paint'), searchable_ms: await at('searchable') };
  await page.context().close();
  return figures;
}

async function loadTraced(browser) {
  const page = await opened(browser, true);
  await page.waitForTimeout(1000);
  const { longest, sum } = tasks(await browser.stopTracing(), address);
  await page.context().close();
  return { loading_task_ms: longest, loading_cpu_ms: sum };
}

function sizes() {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const loaded = [...page.matchAll(/<(?:script src|link rel="stylesheet" href)="([^"]+)"/g)].map(([, name]) => name);
  const files = ['index.html', ...loaded].map((name) => join(folder, name));
  const size = (paths) => paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6;
  return { loaded_mb: size(files), folder_mb: size(readdirSync(folder).map((name) => join(folder, name))) };
}

/** Types with a trace for the tasks, and without one for the times. */
async function typing(browser) {
  const traced = await opened(browser, true);
  await traced.waitForTimeout(500);
  await browser.stopTracing();
  await browser.startTracing(traced, { categories: CATEGORIES });
  await type(traced, '#q');
  const { longest } = tasks(await browser.stopTracing(), address);
  await traced.context().close();
  const page = await opened(browser);
  await page.waitForTimeout(500);
  await page.evaluate(() => (window.searches.length = 0));
  await type(page, '#q');
  const searches = await page.evaluate(() => window.searches);
  const heap = await used(page);
  await page.context().close();
  return { typing_task_ms: longest, searches, heap_mb: heap };
}

async function used(page) {
  const session = await page.context().newCDPSession(page);
  for (let at = 0; at < 2; at++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
  return round((usedSize + backingStorageSize) / 1e6);
}

/** Returns the milliseconds from an event of a reader to the end of the first frame in which `holds` is true. */
async function toFrame(page, kind, act, holds) {
  const took = page.evaluate(([kind, holds]) => {
    const isThere = new Function(`return ${holds}`);
    return new Promise((resolve) => {
      const listen = (event) => {
        const frame = () => requestAnimationFrame(() => {
          if (!isThere()) return frame();
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
          channel.port2.postMessage(null);
        });
        frame();
      };
      addEventListener(kind, listen, { capture: true, once: true });
    });
  }, [kind, holds]);
  await act();
  return took;
}

async function answers(browser) {
  const context = await browser.newContext({ ...WIDTH, bypassCSP: true });
  const page = await context.newPage();
  await page.addInitScript(observe);
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName('searchable').length);
  await page.waitForTimeout(1500);
  const others = { order: [], filter: [], open: [], more: [] };
  for (const id of ['order', 'tier', 'licence', 'category']) {
    const values = await page.evaluate((id) => [...document.getElementById(id).options].map((option) => option.value), id);
    for (const value of values.slice(1, 6)) {
      // The rows are drawn anew by every change, so that a row of before is not there afterwards.
      await page.evaluate(() => (window.before = document.querySelector('#rows').firstElementChild));
      others[id === 'order' ? 'order' : 'filter'].push(await toFrame(page, 'change', () => page.selectOption(`#${id}`, value), '!window.before?.isConnected'));
    }
    await page.selectOption(`#${id}`, values[0]);
    await page.waitForTimeout(200);
  }
  const many = await page.evaluate(() => document.querySelectorAll('#rows a.title').length);
  for (let at = 0; at < Math.min(10, many); at++) {
    await page.evaluate((at) => document.querySelectorAll('#rows a.title')[at * 4].scrollIntoView({ block: 'center' }), at);
    const isOpen = 'document.querySelector("#paper-body section") !== null && document.getElementById("paper").open';
    others.open.push(await toFrame(page, 'click', () => page.locator('#rows a.title').nth(at * 4).click(), isOpen));
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !location.hash.includes('paper='));
  }
  if (await page.evaluate(() => !document.getElementById('more').hidden)) {
    for (let at = 0; at < 5; at++) {
      others.more.push(await toFrame(page, 'click', () => page.click('#more'), `document.querySelectorAll("#rows > tr").length > ${50 * (at + 1)}`));
    }
  }
  await context.close();
  return others;
}

/** Returns how many of the queries have as many hits on the page as by a naive count. */
async function counted(browser) {
  const page = await opened(browser);
  const made = queries(rows, COUNTED);
  let same = 0;
  for (const query of made) {
    const hits = await page.evaluate(async (q) => (await starcite.search.find({ q, order: 'rank' }, () => true)).length, query);
    if (hits === found(rows, query).length) same++;
  }
  await page.context().close();
  return same;
}

const MODULES = new URL('../node_modules/', import.meta.url).pathname;
const PEERS = { minisearch: ['minisearch', 'dist/umd/index.js'], ufuzzy: ['@leeoniya/ufuzzy', 'dist/uFuzzy.iife.js'] };

/** Measures a library on the rows of the page, in a page of its own. */
async function peer(browser, name) {
  const place = mkdtempSync(join(tmpdir(), 'bench_report-'));
  const [module, script] = PEERS[name];
  const pieces = readdirSync(folder).filter((file) => /^rows-\d+\.js$/.test(file)).map((file) => join(folder, file));
  const scripts = [join(MODULES, module, script), new URL('peers.js', import.meta.url).pathname, ...pieces];
  const markup = scripts.map((path) => `<script src="${pathToFileURL(path)}"></script>`).join('');
  writeFileSync(join(place, 'index.html'), `<!doctype html><meta charset="utf-8"><title>${name}</title><input><output></output>${markup}`);
  const page = await (await browser.newContext(WIDTH)).newPage();
  await page.goto(pathToFileURL(join(place, 'index.html')).href);
  const empty = await used(page);
  const index_ms = await page.evaluate((name) => prepare(name), name);
  const heap_mb = round((await used(page)) - empty);
  await type(page, 'input');
  const searches = await page.evaluate(() => window.searches);
  const made = queries(rows, COUNTED);
  const hits = await page.evaluate((made) => made.map((query) => window.search(query)), made);
  await page.context().close();
  rmSync(place, { recursive: true });
  const { version } = JSON.parse(readFileSync(join(MODULES, module, 'package.json'), 'utf8'));
  return { version, index_ms: round(index_ms), heap_mb, searches, same: made.filter((query, at) => hits[at] === found(rows, query).length).length };
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
const figures = { chromium: browser.version(), rows: rows.length, queries: COUNTED, ...sizes(), ...(await times(browser, load)), ...(await times(browser, loadTraced)) };
Object.assign(figures, await typing(browser), { answers: await answers(browser), same: await counted(browser), peers: {} });
for (const name of Object.keys(PEERS)) figures.peers[name] = await peer(browser, name);
await browser.close();
console.log(JSON.stringify(figures));
