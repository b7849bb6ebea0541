// The list of papers: search, filters, orders, more rows, the address, stars.

import { check, equal, number, opened, ready, set, shown, shows, spread } from './expect.mjs';
import { ORDERS, found, queries } from './week.mjs';

const FILTERS = {
  tier: { value: (row) => [row.tier], absent: () => false },
  licence: { value: (row) => [row.license], absent: (row) => row.repo === null },
  host: { value: (row) => [row.host], absent: () => true },
  category: { value: (row) => row.categories ?? [null], absent: () => false },
  framework: { value: (row) => [row.framework], absent: (row) => row.repo === null },
};
const OPTIONS = 8;

/** Returns the rows with a value of a filter; "?" is unknown. */
function filtered(rows, name, value) {
  const filter = FILTERS[name];
  if (value === '?') return rows.filter((row) => filter.value(row).includes(null) && !filter.absent(row));
  return rows.filter((row) => filter.value(row).includes(value));
}

/** Returns the rows in an order: equal values in the page's first order, unknown last. */
function ordered(rows, name) {
  const value = ORDERS[name];
  const known = rows.filter((row) => value(row) !== null).sort((a, b) => value(b) - value(a) || a.at - b.at);
  return [...known, ...rows.filter((row) => value(row) === null)];
}

/** Returns the texts of a drawn row, as it should show them. */
function texts(row) {
  const names = row.authors?.slice(0, 3).join(', ');
  const more = (row.authors?.length ?? 0) - 3;
  return {
    id: row.paper_id,
    title: row.title ?? 'unknown',
    authors: row.authors === null ? 'unknown' : `${names}${more > 0 ? ` and ${number(more)} more` : ''}`,
    repo: row.repo ?? 'no repository',
    tier: row.tier ?? 'unknown',
    stars: row.stars === null ? (row.repo === null ? 'none' : 'unknown') : number(row.stars),
    score: row.score === null ? 'none' : row.score.toFixed(1),
    published: row.published ?? 'unknown',
  };
}

const drawn = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('#rows > tr')].map((row) => {
      const words = (within) => (within.querySelector('.unknown') ? 'unknown' : within.querySelector('.absent') ? 'none' : within.textContent.trim());
      const [, paper, code, stars, score, published] = row.cells;
      const places = paper.querySelector('.places').children;
      return {
        id: places[0].textContent,
        title: words(paper.querySelector('.title')),
        authors: words(paper.querySelector('.authors')),
        repo: (places[1].querySelector('bdi') ?? places[1]).textContent,
        tier: code.querySelector('.tier').textContent,
        stars: stars.firstChild.nodeType === Node.TEXT_NODE ? stars.firstChild.textContent : words(stars),
        score: words(score).split(' from ')[0],
        published: words(published),
      };
    }));

export const CHECKS = {
  async 'every row is there, in the order of rank, with its texts'(page, on) {
    await opened(page, on);
    await shows(page, on, on.rows, 'on opening');
    equal(await drawn(page), on.rows.slice(0, 50).map(texts), 'the texts of the rows');
    return number(on.rows.length);
  },

  async '50 more, until all are shown'(page, on) {
    await opened(page, on);
    for (let count = 50; count < Math.min(on.rows.length, 400); ) {
      await page.click('#more');
      count += 50;
      await shows(page, on, on.rows, `${count} rows`, count);
    }
    equal((await drawn(page)).slice(50), on.rows.slice(50, 400).map(texts).slice(0, Math.max(0, (await shown(page)).ids.length - 50)), 'the texts of more rows');
  },

  async 'a search finds what a naive count finds'(page, on) {
    await opened(page, on);
    const made = queries(on.rows, 50);
    const words = (on.rows.find((row) => row.title?.split(/\s+/).length > 5) ?? on.rows[0])?.title?.split(/\s+/) ?? [];
    if (words.length) made.push(words.join('  '), [...Array(25).fill(words[0]), 'no-such-word'].join(' '));
    for (const row of spread(on.rows, 30)) if (row.title) made.push(row.title.slice(0, 60));
    for (const query of made) {
      await set(page, 'q', query);
      await shows(page, on, found(on.rows, query), `searching ${JSON.stringify(query)}`);
    }
    return `${made.length} queries`;
  },

  async 'a search as one types'(page, on) {
    await opened(page, on);
    const word = on.rows.find((row) => row.authors?.length)?.authors[0].split(' ').at(-1).slice(0, 12) ?? 'code';
    await page.click('#q');
    await page.keyboard.type(word, { delay: 10 });
    await shows(page, on, found(on.rows, word), `typing ${word}`);
    for (const _ of word) await page.keyboard.press('Backspace');
    await shows(page, on, on.rows, 'an empty search');
  },

  async 'a filter shows its rows, and says how many are unknown'(page, on) {
    await opened(page, on);
    let count = 0;
    for (const name of Object.keys(FILTERS)) {
      const is = await page.evaluate((name) => {
        const control = document.getElementById(name);
        const options = [...control.options].map((option) => ({ value: option.value, words: option.textContent }));
        const unknown = document.getElementById(`${name}-unknown`).textContent;
        return { hidden: control.closest('.field').hidden, options: options.filter((option) => option.value), unknown };
      }, name);
      const known = new Set(on.rows.flatMap((row) => FILTERS[name].value(row)).filter((value) => value != null));
      equal(is.hidden, known.size === 0, `${name}: the filter is hidden`);
      if (is.hidden) continue;
      const unknown = filtered(on.rows, name, '?').length;
      equal(is.unknown, unknown ? `${number(unknown)} unknown` : '', `${name}: the number unknown`);
      equal(new Set(is.options.map((option) => option.value)).size, known.size + (unknown > 0), `${name}: the number of values`);
      for (const option of spread(is.options, OPTIONS)) {
        const rows = filtered(on.rows, name, option.value);
        check(option.words.endsWith(` (${number(rows.length)})`), `${name}: ${option.words} has ${rows.length} rows`);
        await set(page, name, option.value);
        await shows(page, on, rows, `${name} = ${option.value}`);
        count += 1;
      }
      await set(page, name, '');
    }
    const fresh = on.rows.filter((row) => row.is_new);
    if (fresh.length) {
      await set(page, 'fresh', true);
      await shows(page, on, fresh, 'new this week');
    }
    return `${count} values`;
  },

  async 'an order is that of its column, with unknown last'(page, on) {
    await opened(page, on);
    const names = await page.evaluate(() => [...document.getElementById('order').options].map((option) => option.value));
    const known = Object.keys(ORDERS).filter((name) => name === 'rank' || on.rows.some((row) => ORDERS[name](row) !== null));
    equal([...names].sort(), known.sort(), 'the orders');
    for (const name of names) {
      await set(page, 'order', name);
      await shows(page, on, ordered(on.rows, name), `ordered by ${name}`);
    }
    return names.join(', ');
  },

  async 'the address restores search, filter, order and rows'(page, on) {
    await opened(page, on);
    const row = on.rows.find((row) => row.tier !== null && row.title);
    if (!row) return null;
    const word = row.title.split(/\s+/)[0];
    await set(page, 'tier', row.tier);
    await set(page, 'order', 'newest');
    await set(page, 'q', word);
    const rows = ordered(found(filtered(on.rows, 'tier', row.tier), word), 'newest');
    await shows(page, on, rows, 'search, filter and order');
    const address = await page.until('the address has not the search', () => (location.hash.includes('q=') ? location.hash : null));
    await page.open(on.file, address);
    await ready(page);
    await shows(page, on, rows, `opened with ${address}`);
    const controls = await page.evaluate(() => ['q', 'tier', 'order'].map((id) => document.getElementById(id).value));
    equal(controls, [word, row.tier, 'newest'], 'the controls');
    await page.open(on.file, '#q=%00&order=__proto__&tier=constructor&show=1e9&fresh=&paper=');
    await ready(page);
    await shows(page, on, [], 'an address that nobody made');
  },

  async 'stars survive a reload, and are exported as BibTeX and ids'(page, on) {
    await opened(page, on);
    const starred = spread(on.rows.slice(0, 50), 3);
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await ready(page);
    const star = (id) => [...document.querySelectorAll('#rows button.star')].find((button) => button.dataset.star === id).click();
    for (const row of starred) await page.evaluate(star, row.paper_id);
    await page.reload();
    await ready(page);
    const pressed = await page.evaluate(() => [...document.querySelectorAll('#rows button.star[aria-pressed=true]')].map((button) => button.dataset.star));
    equal(pressed, starred.map((row) => row.paper_id), 'the starred papers after a reload');
    await set(page, 'starred', true);
    await shows(page, on, starred, 'only starred papers');
    const ids = await page.downloaded('#export-ids');
    equal(ids.text, starred.map((row) => `${row.paper_id}\n`).join(''), 'the exported ids');
    const bibtex = await page.downloaded('#export-bibtex');
    equal(bibtex.text, `${starred.map((row) => on.details[row.at].bibtex.trim()).join('\n\n')}\n`, 'the exported BibTeX');
    await page.evaluate(() => localStorage.clear());
    return `${starred.length}, ${ids.name}, ${bibtex.name}`;
  },
};
