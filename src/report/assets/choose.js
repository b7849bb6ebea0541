// What a reader searches and chooses: in the address after the "#", and in the controls.
(() => {
  "use strict";
  const { data, dom, search } = starcite;
  const SELECTS = ["order", ...search.FILTERS.map((filter) => filter.name)];
  const TEXTS = ["q", "tier", "licence", "host", "category", "framework", "paper"];
  const MARKS = ["fresh", "starred"];
  const STEP = 50;
  const MOST = 500; // rows that an address can have drawn at once
  const LONGEST = 500;
  const get = (id) => document.getElementById(id);

  // Returns the state that an address names. Anyone can write an address, so each value is checked.
  function read(hash) {
    const values = new URLSearchParams(hash.replace(/^#/, ""));
    const state = {};
    for (const name of TEXTS) state[name] = values.get(name) ?? "";
    state.q = state.q.slice(0, LONGEST);
    for (const name of MARKS) state[name] = values.has(name);
    state.order = search.ORDERS.find((order) => order.name === values.get("order"))?.name ?? "rank";
    const steps = Math.ceil(Number(values.get("show")) / STEP) || 1;
    state.show = Math.min(MOST, Math.max(STEP, steps * STEP));
    return state;
  }

  // Returns the address of a state.
  function write(state) {
    const values = new URLSearchParams();
    for (const name of TEXTS) if (state[name]) values.set(name, state[name]);
    for (const name of MARKS) if (state[name]) values.set(name, "1");
    if (state.order !== "rank") values.set("order", state.order);
    if (state.show > STEP) values.set("show", String(state.show));
    return `#${values}`;
  }

  // Puts a state in the address. `method` is "pushState" for a new entry in the history, "replaceState" for the same one.
  function go(method, state) {
    try {
      history[method](null, "", write(state));
    } catch {
      // Browsers refuse too many changes in a short time. The page works with an old address.
    }
  }

  // Shows the state in the controls.
  function fill(state) {
    for (const name of ["q", ...SELECTS]) get(name).value = state[name];
    for (const name of MARKS) get(name).checked = state[name];
  }

  function option(value, words) {
    const made = dom.make("option", "", words);
    made.value = value;
    return made;
  }

  // Shows a filter if a value of it is known, with the number of unknown ones beside it.
  function offerFilter(filter) {
    const { known, unknown } = search.tally(filter);
    const words = (name) => (filter.name === "licence" ? dom.licence(name) : name);
    get(filter.name).append(...known.map(({ name, count }) => option(name, `${words(name)} (${dom.number(count)})`)));
    if (unknown > 0) get(filter.name).append(option("?", `unknown (${dom.number(unknown)})`));
    if (unknown > 0) get(`${filter.name}-unknown`).textContent = `${dom.number(unknown)} unknown`;
    get(filter.name).closest(".field").hidden = known.length === 0;
  }

  // Shows the controls that have something to choose from. Each filter is counted in a task of its own.
  async function offer() {
    for (const filter of search.FILTERS) {
      offerFilter(filter);
      await data.pause();
    }
    const orders = search.ORDERS.filter((order) => order.name === "rank" || search.hasValues(order));
    get("order").append(...orders.map((order) => option(order.name, order.label)));
    get("fresh").closest("label").hidden = !data.is_new.includes(1);
    for (const name of ["choices", "checks"]) get(name).hidden = false;
  }

  starcite.choose = { STEP, LONGEST, SELECTS, MARKS, read, write, go, fill, offer };
})();
