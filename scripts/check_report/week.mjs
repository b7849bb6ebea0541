// What a page must show, from papers.ndjson alone, by the plainest code.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// As crates/ground/src/visible.rs has it: characters that are obeyed, not seen.
const OBEYED = new RegExp(
  String.raw`[\p{Cc}\p{Noncharacter_Code_Point}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}` +
    String.raw`\u{2060}-\u{206f}\u{3164}\u{feff}\u{ffa0}\u{fff9}-\u{fffb}\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]`,
  'gu',
);
const OWNERS_TEXT = 2000;
const NAMED = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Returns a text of others as a page shows it on one line. */
export const line = (text) => text?.replace(OBEYED, (c) => NAMED[c] ?? `\\u{${c.codePointAt(0).toString(16)}}`);

/** Returns a text by a repository's owner, as much of it as a page shows. */
function cut(text) {
  const letters = [...text];
  return letters.length > OWNERS_TEXT ? `${line(letters.slice(0, OWNERS_TEXT).join(''))}… (cut)` : line(text);
}

const OTHERS = { ß: 'ss', æ: 'ae', ð: 'd', ø: 'o', þ: 'th', đ: 'd', ħ: 'h', ı: 'i', ł: 'l', œ: 'oe' };

export const fold = (text) => [...text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()].map((letter) => OTHERS[letter] ?? letter).join('');

/** Returns the rows of a page's folder, in its first order. */
export function read(folder) {
  const text = readFileSync(join(folder, 'papers.ndjson'), 'utf8');
  const rows = text.split('\n').filter(Boolean).map((one, at) => ({ at, ...JSON.parse(one) }));
  for (const row of rows) {
    for (const name of ['paper_id', 'title', 'repo', 'tier', 'why']) row[name] = row[name] == null ? null : line(row[name]);
    row.authors = row.authors?.map(line) ?? null;
    row.categories = row.categories?.map(line) ?? null;
    row.license = row.license_spdx == null ? null : cut(row.license_spdx);
    row.host = row.repo == null ? null : row.repo.split('/')[0];
    row.searched = fold([row.title ?? '', ...(row.authors ?? []), row.repo ?? ''].join('\n'));
  }
  return rows;
}

/** Returns the rows with all words of a query. */
export function found(rows, query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => row.searched.includes(word)));
}

/** Returns the value of each order, where more comes first; null is unknown and comes last. */
export const ORDERS = {
  rank: (row) => (row.rank == null ? null : -row.rank),
  trend: (row) => (row.trend_rank == null ? null : -row.trend_rank),
  stars: (row) => row.stars,
  gained: (row) => row.stars_1w,
  newest: (row) => (row.published == null ? null : Date.parse(row.published)),
  upvotes: (row) => row.upvotes,
};

/** Returns the details that a page's folder has, in the order of its rows. */
export async function details(folder) {
  const names = readdirSync(folder).filter((name) => /^papers-\d+\.js$/.test(name));
  const pieces = [];
  for (const name of names) {
    const [, number, base64] = /^starcite\.papers\((\d+), "([^"]*)"\)/.exec(readFileSync(join(folder, name), 'utf8'));
    pieces[number] = unpacked(base64);
  }
  return (await Promise.all(pieces)).flat();
}

async function unpacked(base64) {
  const stream = new Blob([Buffer.from(base64, 'base64')]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

/** Returns numbers below `most` that are the same in every run. */
export function dice(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** Returns queries of one to three words out of titles, names and repositories, and some that find nothing or everything. */
export function queries(rows, count, seed = 24) {
  const below = dice(seed);
  const word = () => {
    const row = rows[below(rows.length)];
    const words = [row.title ?? '', ...(row.authors ?? []).slice(0, 5), row.repo ?? ''].flatMap((text) => text.split(/\s+/));
    const fit = words.filter((one) => one.length > 1 && one.length < 20);
    return fit.length ? fit[below(fit.length)] : 'a';
  };
  const made = ['', ' ', 'a', 'zzzzzz', 'github.com/', 'müller', 'MULLER', '  the   of '];
  while (made.length < count && rows.length) made.push(Array.from({ length: 1 + below(3) }, (_, at) => (at ? word().slice(0, 1 + below(8)) : word())).join(' '));
  return made.slice(0, count);
}
