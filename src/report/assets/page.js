// The page: its controls, its list, and the paper that is open. `state` is what the address has.
(() => {
  "use strict";
  const { data, dom, search, stars, choose } = starcite;
  const TYPED = 400; // milliseconds without a key until the address has the text
  const get = (id) => document.getElementById(id);
  const dialog = get("paper");
  let state = choose.read("");
  let hits = new Uint32Array(0);
  let searches = 0;
  let timer = 0;
  let opened_here = false; // the entry before a paper's in the history is this page

  const href = (changed) => choose.write({ ...state, ...changed });

  function say() {
    const shown = Math.min(state.show, hits.length);
    const all = dom.plural(data.readable, "paper", "papers");
    const found = hits.length === data.readable ? all : `${dom.number(hits.length)} of ${all}`;
    const unreadable = data.count - data.readable;
    get("hits").textContent = `${found}${hits.length > shown ? `, the first ${dom.number(shown)} shown` : ""}.`
      + (unreadable > 0 ? ` ${dom.plural(unreadable, "paper", "papers")} could not be read.` : "");
    get("more").hidden = hits.length <= shown;
    get("order-words").textContent = search.ORDERS.find((order) => order.name === state.order).label.toLowerCase();
  }

  // Searches, and draws in a task of its own. A newer search ends an older one.
  async function refresh() {
    const number = ++searches;
    const wanted = () => number === searches;
    const found = await search.find(state, wanted);
    if (found) await data.pause();
    if (!found || !wanted()) return;
    hits = found;
    starcite.table.draw(hits, 0, state.show, state.order);
    say();
  }

  function change(changed) {
    clearTimeout(timer);
    state = { ...state, show: choose.STEP, ...changed };
    refresh();
  }

  function chosen(changed) {
    choose.go("replaceState", state); // a text just typed
    change(changed);
    choose.go("pushState", state);
  }

  function type(event) {
    change({ q: event.target.value.slice(0, choose.LONGEST) });
    timer = setTimeout(() => choose.go("replaceState", state), TYPED);
  }

  function showMore() {
    const from = state.show;
    state.show += choose.STEP;
    choose.go("replaceState", state);
    starcite.table.draw(hits, from, state.show, state.order);
    say();
    if (get("more").hidden) document.querySelectorAll("#rows a.title")[from].focus();
  }

  // Shows the paper that the address names, or closes the one that is open.
  async function show() {
    const id = state.paper;
    if (!id) return dialog.close();
    const row = data.rowOf(id);
    starcite.paper.showHead(row);
    get("paper-body").replaceChildren();
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    if (row < 0) return;
    const failed = (error) => [dom.make("p", "", `The details cannot be shown: ${error.message}.`)];
    const body = await data.details(row).then((paper) => starcite.paper.evidence(row, paper), failed);
    if (state.paper === id) get("paper-body").replaceChildren(...body);
  }

  // Takes a closed paper out of the address: back to where it was opened, or in place if the page was opened with it.
  function closed() {
    if (!state.paper) return;
    if (opened_here) return history.back();
    state = { ...state, paper: "" };
    choose.go("replaceState", state);
  }

  // Leaves a paper that is open for a section of the page, whose address stays.
  function leave() {
    state = { ...state, paper: "" };
    dialog.close();
  }

  // Follows the address. One without "=" is a section of the page.
  function follow() {
    if (location.hash && !location.hash.includes("=")) return leave();
    const before = state;
    state = choose.read(location.hash);
    opened_here = state.paper !== "" && (opened_here || before.paper === "");
    if (href({ paper: "" }) !== choose.write({ ...before, paper: "" })) {
      choose.fill(state);
      refresh();
    }
    if (before.paper !== state.paper) show();
  }

  function star(button) {
    stars.toggle(button.dataset.star);
    document.querySelectorAll("button.star").forEach(stars.show);
    stars.say();
    if (state.starred) refresh();
  }

  function click({ target }) {
    const button = target.closest("button.star");
    const title = target.closest("a[data-paper]");
    if (button) star(button);
    if (!title) return;
    choose.go("replaceState", state); // a text just typed, for the way back
    title.href = href({ paper: title.dataset.paper });
  }

  function listen() {
    get("q").addEventListener("input", type);
    for (const name of choose.SELECTS) get(name).addEventListener("change", (event) => chosen({ [name]: event.target.value }));
    for (const name of choose.MARKS) get(name).addEventListener("change", (event) => chosen({ [name]: event.target.checked }));
    get("more").addEventListener("click", showMore);
    get("export-ids").addEventListener("click", stars.exportIds);
    get("export-bibtex").addEventListener("click", () => stars.exportBibtex().catch((error) => { get("stars-note").textContent = `${error.message}.`; }));
    get("paper-close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", closed);
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.addEventListener("click", click);
    addEventListener("hashchange", follow);
  }

  async function start() {
    if (!get("controls")) return; // a week without papers
    get("controls").hidden = false;
    await data.ready;
    if (!data.week) { get("hits").textContent = "The list of papers could not be read."; return; }
    await choose.offer();
    const typed = get("q").value;
    state = choose.read(location.hash);
    if (typed) state.q = typed;
    await data.pause();
    document.querySelectorAll("span.title[data-paper]").forEach(starcite.table.linkTitle);
    choose.fill(state);
    stars.say();
    listen();
    refresh();
    if (state.paper) show();
  }

  starcite.page = { href };
  start();
})();
