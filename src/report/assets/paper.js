// A paper opened: everything that the week knows of it, and what it does not know.
(() => {
  "use strict";
  const { data, dom } = starcite;
  const { make, bdi, unknown, number, words } = dom;

  const orUnknown = (value, show = bdi) => (value === null || value === undefined ? unknown() : show(value));
  const plain = (text) => make("span", "", text);
  const count = (value) => plain(number(value));
  const yesNo = (value) => orUnknown(value, (known) => plain(known ? "yes" : "no"));
  const day = (time) => make("time", "", time.slice(0, 10));
  const byRule = (name, rule) => bdi(words(name) + (rule ? `, by the rule ${words(rule)}` : ""));
  const section = (title, content) => make("section", "", [make("h3", "", title), content]);

  // Returns names with their values; a pair that is null is left out.
  const list = (pairs) => make("dl", "", pairs.filter(Boolean).flatMap(([name, value]) => [make("dt", "", name), make("dd", "", [value])]));

  // Returns a text with its links marked in their sentences.
  function marked(segments) {
    const part = ([text, mark]) => (mark === 2 ? make("mark", "", text) : mark === 1 ? make("span", "sentence", text) : dom.text(text));
    return make("p", "", [make("bdi", "", segments.map(part))]);
  }

  // Fills the head of the sheet; the row is -1 if the page has no such paper.
  function showHead(row) {
    const put = (id, node) => document.getElementById(id).replaceChildren(...(node ? [node] : []));
    const authors = data.authors[row]?.replaceAll("\n", ", ");
    put("paper-title", row < 0 ? plain("This page has no such paper") : orUnknown(data.title[row]));
    put("paper-authors", row < 0 ? null : orUnknown(authors));
    put("paper-star", row < 0 ? null : starcite.stars.button(row));
  }

  function score(row) {
    const [low, high] = [data.score_low[row], data.score_high[row]];
    return make("span", "", [starcite.table.score(row), plain(` ${low.toFixed(1)} if all that is unknown is bad, ${high.toFixed(1)} if it is good`)]);
  }

  function summary(row, paper) {
    const isRanked = data.rank[row] !== data.UNKNOWN;
    const ties = paper.tied_with > 0 ? ` (${dom.plural(paper.tied_with, "other paper has", "other papers have")} the same score)` : "";
    const citations = [paper.cited_by_source, paper.cited_by_at?.slice(0, 10)].filter(Boolean).join(", ");
    return list([
      ["Tier", starcite.table.tier(row)],
      ["Rank", plain(isRanked ? number(data.rank[row]) + ties : "not ranked: it has no link and no promise")],
      isRanked ? ["Score", score(row)] : null,
      paper.why ? ["Why", bdi(paper.why)] : null,
      ["Published", orUnknown(data.day(row) ?? (paper.year && `${paper.year}, the day is unknown`), plain)],
      ["Categories", orUnknown(data.categoriesOf(row), (names) => bdi(names.join(", ") || "none"))],
      ["Paper", paper.url ? dom.link(paper.url) : bdi(paper.paper_id)],
      paper.cited_by_count === undefined ? null : ["Citations", bdi(`${number(paper.cited_by_count)}, ${citations}`)],
      ["Texts from", orUnknown(paper.iso_week, plain)],
    ]);
  }

  function link(one) {
    const target = one.target ?? (one.repo && `https://${one.repo}`);
    const since = `${words(one.kind)} in the ${words(one.field)}, since ${one.first_week}${one.last_week ? `, last in ${one.last_week}` : ""}`;
    return make("li", one.counts ? "counts" : "", [
      make("p", "", [target ? dom.link(target) : plain("a promise, without an address")]),
      list([
        ["Counts", plain(one.counts ? "yes" : "no")],
        ["Why", bdi(one.why)],
        ["Role", orUnknown(one.role, (role) => byRule(role, one.role_rule))],
        ["Official", typeof one.official === "boolean" ? byRule(one.official ? "yes" : "no", one.official_rule) : unknown()],
        one.repo ? ["State", orUnknown(one.state && words(one.state))] : null,
        ["Found", bdi(since)],
        one.sentence ? ["Sentence", bdi(one.sentence)] : null,
        one.listed_by ? ["Listed by", bdi(words(one.listed_by))] : null,
      ]),
    ]);
  }

  function repository(repo) {
    if (!repo) return make("p", "", "No repository counts for the paper.");
    const orNone = (text) => orUnknown(text, (known) => bdi(known || "none")); // an empty text is a known none
    const joined = (...parts) => orUnknown(parts.filter(Boolean).join(", ") || null);
    return list([
      ["Address", dom.link(repo.url, repo.repo)],
      ["State", bdi(words(repo.state) + (repo.state_reason ? `: ${words(repo.state_reason)}` : ""))],
      ["Who looked", repo.observed_at ? joined(repo.observed_by, repo.observed_at.slice(0, 10)) : unknown("nobody yet")],
      ["Licence", orUnknown(repo.license_spdx && dom.licence(repo.license_spdx))],
      ["Description", orNone(repo.description)],
      ["Language", orNone(repo.language)],
      ["Framework", repo.archive_ids && !repo.framework ? plain("none") : joined(repo.framework, repo.framework_evidence)],
      repo.homepage ? ["Home page", dom.link(repo.homepage)] : null,
      ["Archived", yesNo(repo.is_archived)],
      ["Fork", yesNo(repo.is_fork)],
      ["Forks", orUnknown(repo.forks, count)],
      ["Created", orUnknown(repo.created_at, day)],
      ["Last push", repo.is_empty ? plain("none: the repository is empty") : orUnknown(repo.pushed_at, day)],
      ["Latest release", repo.latest_release === "" ? plain("none") : joined(repo.latest_release, repo.latest_release_at?.slice(0, 10))],
      repo.archived_copy ? ["Archived copy", dom.link(repo.archived_copy)] : null,
      repo.aliases?.length ? ["Other names", bdi(repo.aliases.join(", "))] : null,
    ]);
  }

  function stars(weeks) {
    if (weeks.length === 0) return make("p", "", [unknown("The stars of every week are unknown.")]);
    const rows = weeks.map(([start, total, added]) => [start, orUnknown(total, count), orUnknown(added, (value) => plain(dom.gain(value)))]);
    const table = dom.table("Weeks that are missing are unknown.", ["Week of", "Stars", "Added"], rows);
    return make("div", "", [dom.curve(weeks), make("details", "", [make("summary", "", "Stars by week as a table"), table])]);
  }

  function flags(paper) {
    const rows = paper.flags.map((one) => [words(one.flag), yesNo(one.value), one.evidence ? bdi(one.evidence) : dom.absent("no evidence of its own")]);
    return dom.table("A flag without evidence follows from another, or is unknown.", ["Flag", "Value", "Evidence"], rows);
  }

  function points(paper) {
    const value = (one) => orUnknown(one.points, (known) => plain(known.toFixed(1)));
    const rows = paper.points.map((one) => [words(one.component), value(one)]);
    return dom.table("The score is their sum. What is unknown counts as the least that it can be.", ["Component", "Points"], rows);
  }

  function changes(paper) {
    const rows = paper.changes.map((one) => [words(one.kind), bdi(one.before), bdi(one.after)]);
    return dom.table(`Since ${paper.changes[0].since_week}.`, ["Change", "Before", "After"], rows);
  }

  // Copies a text, or selects it where the browser refuses, and returns what happened.
  async function copy(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return "Copied.";
    } catch {
      getSelection().selectAllChildren(source);
      return "Selected: copy it with the keyboard.";
    }
  }

  function bibtex(paper) {
    const source = make("pre", "", paper.bibtex);
    const said = make("span", "said");
    const button = make("button", "", "Copy BibTeX");
    said.setAttribute("role", "status");
    button.type = "button";
    button.addEventListener("click", async () => { said.textContent = await copy(source); });
    return make("div", "", [source, make("p", "actions", [button, said])]);
  }

  // Returns all that is shown of a paper under its title.
  function evidence(row, paper) {
    return [
      summary(row, paper),
      section("Abstract", paper.abstract ? marked(paper.abstract) : make("p", "", [unknown("The abstract is unknown.")])),
      paper.comment && section("Comment", marked(paper.comment)),
      section("Links", paper.links.length ? make("ul", "links", paper.links.map(link)) : make("p", "", "The paper has no link and no promise of code.")),
      section("Repository", repository(paper.repository)),
      paper.repository && section("Stars", stars(paper.stars)),
      paper.flags.length > 0 && section("Flags", flags(paper)),
      paper.points.length > 0 && section("Points", points(paper)),
      paper.changes.length > 0 && section("Changes", changes(paper)),
      section("BibTeX", bibtex(paper)),
    ].filter(Boolean);
  }

  starcite.paper = { showHead, evidence };
})();
