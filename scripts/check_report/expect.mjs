// What checks have in common: equality with a sentence, and what a page shows.

export function check(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

const short = (value) => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} letters)` : text;
};

export function equal(is, wanted, what) {
  if (JSON.stringify(is) === JSON.stringify(wanted)) return;
  if (Array.isArray(is) && Array.isArray(wanted)) {
    const at = wanted.findIndex((one, n) => JSON.stringify(one) !== JSON.stringify(is[n]));
    if (at >= 0) throw new Error(`${what}: number ${at} of ${wanted.length} is ${short(is[at])}, not ${short(wanted[at])}`);
  }
  throw new Error(`${what} is ${short(is)}, not ${short(wanted)}`);
}

export const number = (value) => value.toLocaleString('en');

/** Returns so many values, spread over all. */
export const spread = (values, most) => (values.length <= most ? values : Array.from({ length: most }, (_, at) => values[Math.floor((at * values.length) / most)]));

/** Waits until all rows can be searched. */
export const ready = (page) => page.until('the list is not ready', () => /\d|could not/.test(document.getElementById('hits')?.textContent ?? ''));

export async function opened(page, on, search = '') {
  await page.open(on.file, search);
  if (on.rows.length) await ready(page);
}

export const shown = (page) =>
  page.evaluate(() => ({
    hits: document.getElementById('hits').textContent,
    ids: [...document.querySelectorAll('#rows > tr')].map((row) => row.querySelector('[data-paper]').dataset.paper),
    more: !document.getElementById('more').hidden,
  }));

const STEP = 50;

/** Waits until the page shows rows, the first `count` of them, and says how many there are. */
export async function shows(page, on, rows, what, count = STEP) {
  const papers = (n) => `${number(n)} ${n === 1 ? 'paper' : 'papers'}`;
  const all = papers(on.rows.length);
  const first = rows.length > count ? `, the first ${count} shown` : '';
  const wanted = {
    hits: `${rows.length === on.rows.length ? all : `${number(rows.length)} of ${all}`}${first}.`,
    ids: rows.slice(0, count).map((row) => row.paper_id),
    more: rows.length > count,
  };
  const holds = (wanted) => {
    const ids = [...document.querySelectorAll('#rows > tr')].map((row) => row.querySelector('[data-paper]').dataset.paper);
    return document.getElementById('hits').textContent === wanted.hits && ids.join('\n') === wanted.ids.join('\n');
  };
  const began = Date.now();
  while (!(await page.evaluate(holds, wanted))) {
    if (Date.now() - began > 5000) {
      const is = await shown(page);
      equal(is.hits, wanted.hits, `${what}: the number of hits`);
      equal(is.ids, wanted.ids, `${what}: the rows`);
    }
  }
  equal((await shown(page)).more, wanted.more, `${what}: "50 more"`);
}

/** Sets a control as a reader does, by its events. */
export const set = (page, id, value) =>
  page.evaluate(([id, value]) => {
    const control = document.getElementById(id);
    if (control.type === 'checkbox') return control.checked === value || control.click();
    control.value = value;
    control.dispatchEvent(new Event(control.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
  }, [id, value]);
