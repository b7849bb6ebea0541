// The reader's own stars. They are paper ids in the browser's storage; a browser without storage has them until the page closes.
(() => {
  "use strict";
  const { data, dom } = starcite;
  const KEY = "starcite.stars";
  const MOST = 20000;
  let ids = read() ?? new Set();
  let stored = true;
  const stars = {};

  // Returns the stored ids, or null. Any page from disk can write to the same storage, so its form is checked.
  function read() {
    try {
      const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(list) ? new Set(list.filter((id) => typeof id === "string").slice(0, MOST)) : null;
    } catch {
      return null;
    }
  }

  function write() {
    try {
      localStorage.setItem(KEY, JSON.stringify([...ids]));
    } catch {
      stored = false;
    }
  }

  stars.has = (id) => ids.has(id);
  stars.rows = () => [...ids].map(data.rowOf).filter((row) => row >= 0);

  // Adds or removes a star. Reads the storage first, because another page can have changed it.
  stars.toggle = (id) => {
    if (stored) ids = read() ?? ids;
    if (!ids.delete(id)) ids.add(id);
    write();
  };

  function save(text, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = `starred-${/^\d{4}-W\d\d$/.test(data.week.week) ? data.week.week : "week"}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  stars.exportIds = async () => save([...ids].map((id) => `${id}\n`).join(""), "txt");

  // Exports the papers of this page; only their details are here. They are read by row, so that each piece is loaded once.
  stars.exportBibtex = async () => {
    const entries = [];
    for (const row of stars.rows().sort((a, b) => a - b)) entries.push((await data.details(row)).bibtex.trim());
    save(`${entries.join("\n\n")}\n`, "bib");
  };

  // Returns a button that shows and changes the star of a paper. The page handles its click.
  stars.button = (row) => {
    const button = dom.make("button", "star");
    button.type = "button";
    button.dataset.star = data.paper_id[row];
    button.setAttribute("aria-label", `Star: ${data.title[row] ?? data.paper_id[row]}`);
    stars.show(button);
    return button;
  };

  stars.show = (button) => {
    const starred = ids.has(button.dataset.star);
    button.setAttribute("aria-pressed", String(starred));
    button.textContent = starred ? "★" : "☆";
  };

  // Shows how many stars there are, and what cannot be done with them.
  stars.say = () => {
    const here = stars.rows().length;
    const elsewhere = ids.size - here;
    const note = stored ? "" : "This browser stores nothing for this page: the stars last until it is closed. ";
    const are = dom.plural(elsewhere, "starred paper is", "starred papers are");
    const others = elsewhere ? `${are} not on this page: the ids are exported, the BibTeX is not.` : "";
    document.getElementById("starred-count").textContent = dom.number(here);
    document.getElementById("export").hidden = ids.size === 0;
    document.getElementById("stars-note").textContent = note + others;
  };

  starcite.stars = stars;
})();
