// Runs the scripts of a page in node, without a browser, and prints what they read and what an opened paper shows.
// A document is a few objects here: elements with their attributes, children and texts.
"use strict";
const [folder, assets] = process.argv.slice(1);
const fs = require("node:fs");
const vm = require("node:vm");
const run = (path) => vm.runInThisContext(fs.readFileSync(path, "utf8"), path);

class Node {
  constructor(tag, text) { Object.assign(this, { tag, text, children: [], attributes: {}, dataset: {} }); }
  append(...nodes) { this.children.push(...nodes.map((node) => (node instanceof Node ? node : new Node("#text", String(node))))); }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  addEventListener() {}
  remove() {}
  set textContent(text) { this.children = [new Node("#text", String(text))]; }
  get textContent() { return this.text ?? this.children.map((child) => child.textContent).join(""); }
}

const listeners = [];
globalThis.Node = Node;
globalThis.document = {
  addEventListener: (_, listener) => listeners.push(listener),
  createElement: (tag) => new Node(tag),
  createElementNS: (_, tag) => new Node(tag),
  createTextNode: (text) => new Node("#text", text),
  head: { append(script) { run(`${folder}/${script.src}`); script.onload(); } },
};
for (const name of ["data", "dom", "search", "stars", "table", "paper"]) run(`${assets}/${name}.js`);
starcite.page = { href: () => "#" };
run(`${folder}/week.js`);
for (let piece = 0; fs.existsSync(`${folder}/rows-${piece}.js`); piece++) run(`${folder}/rows-${piece}.js`);
listeners.forEach((listener) => listener());

const number = (value) => (value === starcite.data.UNKNOWN ? null : value);
const score = (value) => (Number.isNaN(value) ? null : Math.round(value * 10) / 10);
const LISTS = { license: "licences", framework: "frameworks", tier: "tiers", host: "hosts" };

function columns(row) {
  const { data } = starcite;
  const read = { title: data.title[row], repo: data.repo[row], authors: data.authors[row], categories: data.categoriesOf(row), published: data.day(row) };
  for (const name of ["rank", "is_new", "stars", "stars_1w", "trend_rank", "upvotes"]) read[name] = number(data[name][row]);
  for (const name of ["score", "score_low", "score_high"]) read[name] = score(data[name][row]);
  for (const name of Object.keys(LISTS)) read[name] = data[name][row] === -2 ? "none" : data.week[LISTS[name]][data[name][row]] ?? null;
  return { ...read, paper_id: data.paper_id[row] };
}

// Adds all texts in a node, and the names and values of attributes, to `shown`.
function gather(node, shown) {
  if (node.text !== undefined) shown.texts.push(node.text);
  if (node.href !== undefined) shown.links.push(node.href);
  shown.attributes.push(...Object.keys(node.attributes));
  shown.values.push(...Object.values(node.attributes));
  node.children.forEach((child) => gather(child, shown));
  return shown;
}

(async () => {
  await starcite.data.ready;
  for (let row = 0; row < starcite.data.count; row++) {
    const nodes = [starcite.paper.evidence(row, await starcite.data.details(row))].flat();
    const shown = { texts: [], links: [], attributes: [], values: [] };
    nodes.forEach((node) => gather(node, shown));
    console.log(JSON.stringify({ columns: columns(row), shown }));
  }
})();
