// Search, filters and orders. A search goes over the folded text of every row; no index is needed for 50,000.
(() => {
  "use strict";
  const { data } = starcite;
  const SLICE = 12; // milliseconds until a search lets the browser draw
  // Letters that are not a plain one with an accent.
  const LETTERS = { ß: "ss", æ: "ae", ð: "d", ø: "o", þ: "th", đ: "d", ħ: "h", ı: "i", ł: "l", œ: "oe" };
  const ABSENT = -2; // the value of a row to which a filter does not apply: it is not unknown

  const withoutRepository = (row) => data.repo[row] === null;
  // A filter: its name in the address, its label, the column, its dictionary, and the rows without a value that are not unknown.
  const FILTERS = [
    { name: "tier", label: "Tier", column: "tier", dictionary: "tiers", absent: () => false },
    { name: "licence", label: "Licence", column: "license", dictionary: "licences", absent: withoutRepository },
    { name: "host", label: "Host", column: "host", dictionary: "hosts", absent: () => true },
    { name: "category", label: "Category", column: "category", dictionary: "categories", absent: () => false },
    { name: "framework", label: "Framework", column: "framework", dictionary: "frameworks", absent: withoutRepository },
  ];
  // An order: its column and its direction; 1 is the least first. Unknown is last in both.
  const ORDERS = [
    { name: "rank", label: "Rank", column: "rank", direction: 1 },
    { name: "trend", label: "Trend", column: "trend_rank", direction: 1 },
    { name: "stars", label: "Stars", column: "stars", direction: -1 },
    { name: "gained", label: "Stars gained this week", column: "stars_1w", direction: -1 },
    { name: "newest", label: "Newest", column: "published", direction: -1 },
    { name: "upvotes", label: "Upvotes", column: "upvotes", direction: -1 },
  ];

  // Returns a text without accents and capitals.
  starcite.fold = (text) => {
    if (!/[^\0-\x7f]/.test(text)) return text.toLowerCase();
    return text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[ßæðøþđħıłœ]/g, (letter) => LETTERS[letter]);
  };

  // Returns the values of a filter in a row: positions in its dictionary, -1 for unknown, ABSENT for none.
  function values(filter, row) {
    if (filter.name === "category") {
      const at = data.categories_at[row];
      return at < 0 ? [-1] : data.categories.slice(at, at + data.categories_of[row]);
    }
    const value = data[filter.column][row];
    return [value < 0 && filter.absent(row) ? ABSENT : value];
  }

  // Returns how many rows have each value of a filter, in the dictionary's order, and how many are unknown.
  function tally(filter) {
    const names = data.week[filter.dictionary];
    const counts = new Uint32Array(names.length);
    let unknown = 0;
    for (let row = 0; row < data.count; row++) {
      if (data.folded[row] === undefined) continue;
      for (const value of values(filter, row)) {
        if (value >= 0) counts[value]++;
        else if (value === -1) unknown++;
      }
    }
    const known = names.map((name, index) => ({ name, count: counts[index] })).filter((option) => option.count > 0);
    return { known, unknown };
  }

  // True if a row has a category. It makes no list, because a search asks it of every row.
  function hasCategory(row, wanted) {
    const end = data.categories_at[row] + data.categories_of[row];
    for (let at = data.categories_at[row]; at < end; at++) if (data.categories[at] === wanted) return true;
    return false;
  }

  // Returns a function that is true for the rows of a filter's value; "?" is unknown. A value that no row has finds none.
  function test(filter, name) {
    const wanted = name === "?" ? -1 : data.week[filter.dictionary].indexOf(name);
    if (wanted < 0 && name !== "?") return () => false;
    if (wanted < 0) return (row) => values(filter, row).includes(wanted);
    if (filter.name === "category") return (row) => hasCategory(row, wanted);
    const column = data[filter.column];
    return (row) => column[row] === wanted;
  }

  // Larger numbers are equal in an order, so that a key with the row is exact.
  const MOST = 1e9;
  const permutations = new Map();

  // Returns the rows in an order. A key holds value and row, because sorting plain numbers is fast and keeps equal values in order of rank.
  function permutation(name) {
    const { column, direction } = ORDERS.find((order) => order.name === name);
    const made = permutations.get(name);
    if (made) return made;
    const values = data[column];
    const keys = new Float64Array(data.count);
    const bounded = (value) => Math.max(-MOST, Math.min(value, MOST));
    for (let row = 0; row < data.count; row++) {
      const key = name === "rank" ? 0 : values[row] === data.UNKNOWN ? 2 * MOST : bounded(values[row]) * direction;
      keys[row] = key * data.count + row;
    }
    keys.sort();
    const rows = Uint32Array.from(keys, (key) => ((key % data.count) + data.count) % data.count);
    permutations.set(name, rows);
    return rows;
  }

  function matches(row, tests, words) {
    const text = data.folded[row];
    if (text === undefined) return false;
    for (const one of tests) if (!one(row)) return false;
    for (const word of words) if (!text.includes(word)) return false;
    return true;
  }

  // Returns the rows that have all words and pass all filters, in order; or null as soon as `wanted` is false.
  async function find(choice, wanted) {
    const words = starcite.fold(choice.q).split(/\s+/).filter(Boolean);
    const tests = FILTERS.filter((filter) => choice[filter.name]).map((filter) => test(filter, choice[filter.name]));
    if (choice.fresh) tests.push((row) => data.is_new[row] === 1);
    if (choice.starred) tests.push((row) => starcite.stars.has(data.paper_id[row]));
    const order = permutation(choice.order);
    const hits = new Uint32Array(data.count);
    let found = 0;
    let end = performance.now() + SLICE;
    for (let at = 0; at < order.length; at++) {
      if (at % 1000 === 999 && performance.now() > end) {
        await data.pause();
        if (!wanted()) return null;
        end = performance.now() + SLICE;
      }
      if (matches(order[at], tests, words)) hits[found++] = order[at];
    }
    return hits.subarray(0, found);
  }

  const hasValues = (order) => data[order.column].some((value) => value !== data.UNKNOWN);
  starcite.search = { FILTERS, ORDERS, tally, find, hasValues };
})();
