// The week's data: dictionaries, the columns of all rows, and the details of single papers.
// week.js, rows-N.js and papers-N.js call starcite.week, starcite.rows and starcite.papers.
// The columns are arrays, numbers in typed ones, because 50,000 rows as objects need too much memory.
globalThis.starcite = {};
(() => {
  "use strict";
  const UNKNOWN = -0x80000000;
  const TEXTS = ["paper_id", "title", "repo"];
  const INDEXES = ["tier", "license", "framework", "host"];
  const INTEGERS = ["rank", "is_new", "stars", "stars_1w", "trend_rank", "upvotes"];
  const SCORES = ["score", "score_low", "score_high"];
  const STORED_PIECES = 4;
  const DAY = 86400000;

  const data = { UNKNOWN, count: 0, readable: 0 };
  const rows_of = new Map();
  let pieces = Promise.resolve();

  // Ends the running task, so that the browser can draw and react to keys.
  data.pause = () => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { channel.port1.close(); resolve(); };
    channel.port2.postMessage(null);
  });

  function bytes(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  }

  async function unpack(base64) {
    const stream = new Blob([bytes(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  starcite.week = (week) => {
    const count = week.rows;
    Object.assign(data, { week, count, authors: new Array(count), folded: new Array(count), published: new Int32Array(count) });
    Object.assign(data, { categories: [], categories_at: new Int32Array(count).fill(-1), categories_of: new Uint16Array(count) });
    for (const name of TEXTS) data[name] = new Array(count);
    for (const name of INDEXES) data[name] = new Int32Array(count);
    for (const name of INTEGERS) data[name] = new Float64Array(count);
    for (const name of SCORES) data[name] = new Float32Array(count);
  };

  // Reads the pieces one after another, each in a task of its own. A piece that cannot be read leaves its rows out.
  starcite.rows = (piece, base64) => {
    pieces = pieces.then(() => unpack(base64)).then((columns) => store(piece * data.week.rows_per_piece, columns)).catch(console.error).then(data.pause);
  };

  function store(first, columns) {
    const rows = columns.paper_id.length;
    const copy = (name, unknown) => {
      for (let row = 0; row < rows; row++) data[name][first + row] = columns[name][row] ?? unknown;
    };
    for (const name of TEXTS) copy(name, null);
    for (const name of INDEXES) copy(name, -1);
    for (const name of INTEGERS) copy(name, UNKNOWN);
    for (const name of SCORES) copy(name, NaN);
    for (let row = 0; row < rows; row++) storeRest(first + row, columns, row);
    data.readable += rows;
  }

  function storeRest(to, columns, row) {
    const authors = columns.authors[row];
    const categories = columns.categories[row];
    data.authors[to] = authors?.length ? authors.join("\n") : null;
    rows_of.set(columns.paper_id[row], to);
    data.published[to] = columns.published[row] ? Date.parse(columns.published[row]) / DAY : UNKNOWN;
    if (categories) {
      data.categories_at[to] = data.categories.length;
      data.categories_of[to] = categories.length;
      data.categories.push(...categories);
    }
    data.folded[to] = starcite.fold([columns.title[row], data.authors[to], columns.repo[row]].join("\n"));
  }

  // Returns the row of a paper, or -1 if the page has no such paper.
  data.rowOf = (id) => rows_of.get(id) ?? -1;

  // Returns "2026-11-24" for a row, or null.
  data.day = (row) => (data.published[row] === UNKNOWN ? null : new Date(data.published[row] * DAY).toISOString().slice(0, 10));

  // Returns the names of a row's categories, or null.
  data.categoriesOf = (row) => {
    const at = data.categories_at[row];
    return at < 0 ? null : data.categories.slice(at, at + data.categories_of[row]).map((index) => data.week.categories[index]);
  };

  // All scripts of the page have the attribute defer, so each piece is registered before this event.
  data.ready = new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", () => resolve(pieces.then(() => pieces)));
  });

  const policy = globalThis.trustedTypes?.createPolicy("starcite", {
    createScriptURL(name) {
      if (/^(rows|papers)-\d+\.js$/.test(name)) return name;
      throw new TypeError("not a file of this page");
    },
  });
  const waiting = new Map();
  const loading = new Map();
  const stored = new Map();

  starcite.papers = (piece, base64) => waiting.get(piece)?.(unpack(base64));

  // Loads a piece, once at a time.
  function load(piece) {
    if (!loading.has(piece)) loading.set(piece, request(piece).finally(() => loading.delete(piece)));
    return loading.get(piece);
  }

  function request(piece) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const name = `papers-${piece}.js`;
      waiting.set(piece, resolve);
      // After a whole script its promise is resolved, and this error changes nothing.
      script.onload = script.onerror = () => { script.remove(); reject(new Error(`${name} cannot be read`)); };
      script.src = policy ? policy.createScriptURL(name) : name;
      document.head.append(script);
    });
  }

  // Returns the details of the paper in a row. The last few pieces stay in memory.
  data.details = async (row) => {
    const size = data.week.papers_per_piece;
    const piece = Math.floor(row / size);
    const papers = stored.get(piece) ?? load(piece);
    stored.delete(piece);
    stored.set(piece, papers);
    if (stored.size > STORED_PIECES) stored.delete(stored.keys().next().value);
    papers.catch(() => stored.delete(piece));
    const paper = (await papers)[row % size];
    if (paper?.paper_id !== data.paper_id[row]) throw new Error(`papers-${piece}.js is not of this week`);
    return paper;
  };

  starcite.data = data;
})();
