// What holds for the page as it lies there: links, narrow screens, paper, no JavaScript, strangers' texts.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, equal, opened, spread } from './expect.mjs';
import { close, open } from './paper.mjs';
import { line } from './week.mjs';

const SECTIONS = ['ranking', 'glance', 'trending', 'changed', 'broken', 'promised', 'data'];

/** Returns every link and address of the page, with what it shows. */
const links = (page, within = ':root') =>
  page.evaluate((within) =>
    [...document.querySelector(within).querySelectorAll('a, area, [src], [action], [formaction]')].map((element) => ({
      tag: element.tagName.toLowerCase(),
      attribute: element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? element.getAttribute('formaction'),
      rel: element.rel ?? '',
      target: element.target ?? '',
      // The browser's own reading: another one may take an odd address for none.
      url: /^\s*([a-z][a-z0-9+.-]*:|\/\/)/i.test(element.getAttribute('href') ?? '')
        ? { protocol: element.protocol, host: element.host, username: element.username, password: element.password }
        : null,
      words: element.textContent,
      around: element.parentElement.textContent.slice(0, 3000),
    })), within);

const LICENCES = { NONE: 'no licence', NOASSERTION: 'a licence that is not identified' };

/** Returns a value before or after a change as the page words it. */
function value(kind, text) {
  if (kind === 'archived' || kind === 'unarchived') return text === 'true' ? 'archived' : 'not archived';
  if (kind === 'link_broken' || kind === 'link_mended') return line(text).replaceAll('_', ' ');
  if (kind === 'licence_changed') return LICENCES[text] ?? line(text);
  if (kind === 'reassigned') return `repository number ${line(text)}`;
  return kind === 'stars_doubled' ? `${line(text)} stars` : line(text);
}

/** Checks that each link leads to the web without credentials, or into the folder, and that its host can be read. */
function checkLinks(all, where) {
  for (const { tag, attribute, rel, target, words, around, url } of all) {
    if (url === null) {
      check(attribute === null || /^(#|\?|\.\.?\/|[A-Za-z0-9])/.test(attribute), `${where}: a link to ${attribute}`);
      continue;
    }
    check(['http:', 'https:'].includes(url.protocol), `${where}: a link to ${attribute.slice(0, 100)}`);
    check(!url.username && !url.password, `${where}: a link with a name or password: ${attribute.slice(0, 100)}`);
    check(/\bnoopener\b/.test(rel) && /\bnoreferrer\b/.test(rel), `${where}: a link without noopener and noreferrer: ${attribute.slice(0, 100)}`);
    check(target === '', `${where}: a link opens a window of its own: ${attribute.slice(0, 100)}`);
    check(words.includes(url.host) || around.includes(url.host), `${where}: the host of ${attribute.slice(0, 100)} is not shown`);
  }
}

/** Returns elements and attributes that no page of ours has, so that they come from a text. */
const strange = () => {
  const known = new Set(`a bdi body button caption circle code dd desc details dialog div dl dt figcaption figure
    footer g h1 h2 h3 head header html input label li line link main mark meta nav noscript ol option p path polyline
    pre rect script search section select span strong summary svg table tbody td text th thead time title tr ul br em small`.split(/\s+/));
  const all = [...document.querySelectorAll('*')];
  const attributes = (element) => [...element.attributes].filter(({ name }) => /^on|^style$|srcdoc/.test(name)).map(({ name }) => `${element.localName} ${name}`);
  const scripts = all.filter((element) => element.localName === 'script' && !/^[a-z]+(-\d+)?\.js$/.test(element.getAttribute('src')));
  return [...all.map((element) => element.localName).filter((name) => !known.has(name)), ...all.flatMap(attributes), ...scripts.map(() => 'a script')];
};

const overflow = () => ({ is: document.scrollingElement.scrollWidth, most: document.documentElement.clientWidth });

/** Returns the cells of the tables of a section, row by row. */
const cells = (page, id) =>
  page.evaluate((id) => {
    const read = (cell) => ({ text: cell.textContent.replace(/\s+/g, ' ').trim(), paper: cell.querySelector('[data-paper]')?.dataset.paper ?? null });
    return [...document.querySelectorAll(`#${id} tbody > tr`)].map((row) => [...row.children].map(read));
  }, id);

const inOrder = (values) => [...values].sort();

export const CHECKS = {
  async 'trending, changed, broken and promised are those of the tables'(page, on) {
    await page.open(on.file);
    const trends = on.rows.filter((row) => row.trend_rank !== null).sort((a, b) => a.trend_rank - b.trend_rank);
    const trending = await cells(page, 'trending');
    const week = trending.slice(0, Math.min(trends.length, trending.length)).map((row) => row[1].paper);
    const first = week.slice(0, week.findIndex((paper, at) => at > 0 && paper === week[0]) >>> 0);
    equal(first, trends.slice(0, first.length).map((row) => row.paper_id), 'the papers that trend');
    check(trends.length === 0 || first.length > 0, 'no paper trends');
    const changed = (await cells(page, 'changed')).map((row) => row.at(-1).text);
    const wanted = on.changes.map((change) => `${value(change.kind, change.before)} → ${value(change.kind, change.after)}`.replace(/\s+/g, ' '));
    equal(inOrder(changed), inOrder(wanted), 'what changed');
    const broken = (await cells(page, 'broken')).map((row) => row[0].paper);
    const gone = on.rows.filter((row) => row.tier === 'broken').map((row) => row.paper_id);
    equal(inOrder(broken), inOrder(gone), 'the papers whose code is gone');
    const promised = (await cells(page, 'promised')).map((row) => row[0].paper);
    equal(inOrder(promised), inOrder(on.rows.filter((row) => row.tier === 'promised').map((row) => row.paper_id)), 'the papers that announce code');
    return `${first.length}, ${changed.length}, ${broken.length}, ${promised.length}`;
  },

  async 'a week without papers says so, and offers nothing'(page, on) {
    if (on.rows.length) return null;
    await page.open(on.file);
    const is = await page.evaluate(() => ({
      words: document.getElementById('ranking').innerText,
      offered: [...document.querySelectorAll('input, select, button')].filter((control) => control.checkVisibility()).length,
    }));
    check(/no papers/.test(is.words), `it says ${JSON.stringify(is.words)}`);
    equal(is.offered, 0, 'the number of controls');
  },

  async 'only addresses on the web are links, and their hosts are shown'(page, on) {
    await opened(page, on);
    let count = 0;
    const look = async (where, within) => {
      const all = await links(page, within);
      checkLinks(all, where);
      equal(await page.evaluate(strange), [], `${where}: elements that are not the page's`);
      count += all.length;
    };
    await look('the page');
    for (const row of spread(on.rows, 40)) {
      await open(page, row);
      await look(row.paper_id, '#paper');
    }
    await page.open(on.index);
    await look('the list of weeks');
    return `${count} links`;
  },

  async 'nothing is wider than 320 pixels'(page, on) {
    await page.width(320);
    await opened(page, on);
    const narrow = async (where) => {
      const { is, most } = await page.evaluate(overflow);
      check(is <= most, `${where} is ${is} pixels wide, of ${most}`);
    };
    await narrow('the page');
    for (const row of spread(on.rows, 40)) {
      await open(page, row);
      await narrow(row.paper_id);
      const inside = await page.evaluate(() => [document.getElementById('paper'), document.querySelector('#paper .sheet')].map((box) => [box.scrollWidth, box.clientWidth]));
      for (const [is, most] of inside) check(is <= most, `${row.paper_id}, opened, is ${is} pixels wide, of ${most}`);
      await close(page);
    }
    await page.open(on.index);
    await narrow('the list of weeks');
  },

  'without JavaScript, 50 rows and all sections can be read': Object.assign(
    async (page, on) => {
      if (page.browser !== 'chromium') return null;
      await page.open(on.file);
      const is = await page.evaluate(() => ({
        titles: [...document.querySelectorAll('#rows > tr .title')].map((title) => (title.querySelector('.unknown') ? 'unknown' : title.textContent)),
        sections: [...document.querySelectorAll('main section')].map(({ id, textContent, firstElementChild }) => [id, textContent.trim().length > firstElementChild.textContent.length]),
        dead: [...document.querySelectorAll('input, select, button, dialog')].filter((control) => control.checkVisibility()).map((control) => control.id),
        hidden: [...document.querySelectorAll('#rows > tr')].filter((row) => !row.checkVisibility()).length,
      }));
      equal(is.titles, on.rows.slice(0, 50).map((row) => row.title ?? 'unknown'), 'the titles');
      equal(is.sections, SECTIONS.map((name) => [name, true]), 'the sections that hold something');
      equal(is.dead, [], 'controls that can do nothing');
      equal(is.hidden, 0, 'hidden rows');
      checkLinks(await links(page), 'the page without JavaScript');
      return `${is.titles.length} rows`;
    },
    { options: () => ({ javaScriptEnabled: false }) },
  ),

  async 'on paper the rows are there, and no control is'(page, on) {
    if (page.browser !== 'chromium') return null;
    await opened(page, on);
    const folder = mkdtempSync(join(tmpdir(), 'check_report-'));
    const file = join(folder, 'page.pdf');
    writeFileSync(file, await page.driver.pdf({ format: 'A4' }));
    const read = spawnSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    rmSync(folder, { recursive: true });
    await page.driver.emulateMedia({ media: 'print' });
    const seen = await page.evaluate(() => [...document.querySelectorAll('input, select, button')].filter((control) => control.checkVisibility()).length);
    equal(seen, 0, 'controls that are printed');
    if (read.error) return 'the PDF was not read, because pdftotext is not there';
    const text = read.stdout.replace(/\s+/g, '');
    // Fonts lack some letters of strangers.
    const rows = on.rows.slice(0, 50).filter((row) => /^[\x20-\x7e]{1,200}$/.test(row.title ?? ''));
    const missing = rows.filter((row) => !text.includes(row.title.replace(/\s+/g, '').slice(0, 20)));
    equal(missing.map((row) => row.title), [], 'titles that are not in the PDF');
    return `${rows.length} titles`;
  },

  async 'the list of weeks leads to the page'(page, on) {
    await page.open(on.index);
    const to = await page.evaluate(() => [...document.querySelectorAll('main table a')].map((link) => link.getAttribute('href')));
    check(to.length > 0 && to.every((href) => /^\d{4}-W\d\d\/index\.html$/.test(href)), `its links are ${to}`);
    await page.click('main table a');
    await page.until('the page does not open', () => document.getElementById('ranking-title') !== null);
  },
};
