// The page that libraries are measured in. It reads the pieces of rows of a report, as the report's own page does.
const pieces = [];
const OTHERS = { ß: 'ss', æ: 'ae', ð: 'd', ø: 'o', þ: 'th', đ: 'd', ħ: 'h', ı: 'i', ł: 'l', œ: 'oe' };

const fold = (text) => [...text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()].map((letter) => OTHERS[letter] ?? letter).join('');

window.starcite = { week() {}, rows: (piece, base64) => pieces.push(unpacked(base64)) };

async function unpacked(base64) {
  const stream = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

async function rows() {
  const columns = await Promise.all(pieces);
  return columns.flatMap(({ title, authors, repo }) => title.map((text, at) => [text ?? '', (authors[at] ?? []).join(', '), repo[at] ?? '']));
}

const MAKERS = {
  minisearch(texts) {
    const index = new MiniSearch({ fields: ['title', 'authors', 'repo'], processTerm: (term) => fold(term) });
    index.addAll(texts.map(([title, authors, repo], id) => ({ id, title, authors, repo })));
    return (query) => index.search(query, { combineWith: 'AND', prefix: true }).length;
  },
  ufuzzy(texts) {
    const index = new uFuzzy();
    const hay = texts.map((fields) => fold(fields.join('\n')));
    return (query) => (query.trim() ? (index.search(hay, fold(query), 1)[0]?.length ?? 0) : hay.length);
  },
};

/** Makes the index of a library, and searches at each change of the field; returns the milliseconds that the index took. */
window.prepare = async (name) => {
  const texts = await rows();
  const began = performance.now();
  const search = MAKERS[name](texts);
  const took = performance.now() - began;
  window.searches = [];
  window.search = search;
  document.querySelector('input').addEventListener('input', (event) => {
    const start = performance.now();
    const hits = search(event.target.value);
    window.searches.push(performance.now() - start);
    document.querySelector('output').textContent = hits;
  });
  return took;
};
