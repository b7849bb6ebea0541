// The rows of the ranking, as page.html writes the first 50. On a narrow screen the facts under a title replace the other columns.
(() => {
  "use strict";
  const { data, dom } = starcite;
  const { make, bdi, unknown, number } = dom;
  const AUTHORS = 3;
  const SORTED = { rank: "ascending", stars: "descending", newest: "descending" };

  // Returns the first authors and how many more there are.
  function authors(row) {
    if (data.authors[row] === null) return unknown("authors unknown");
    const names = data.authors[row].split("\n");
    const more = names.length - AUTHORS;
    const first = bdi(names.slice(0, AUTHORS).join(", "));
    return make("span", "", more > 0 ? [first, dom.text(` and ${number(more)} more`)] : [first]);
  }

  const known = (value) => value !== data.UNKNOWN;
  const withoutRepository = (row) => data.repo[row] === null;

  function tier(row) {
    const name = data.week.tiers[data.tier[row]];
    return make("span", `tier is-${name ?? "unknown"}`, name ?? "unknown");
  }

  function licence(row) {
    if (withoutRepository(row)) return null;
    const name = data.week.licences[data.license[row]];
    return name === undefined ? unknown("licence unknown") : bdi(dom.licence(name), "licence");
  }

  function stars(row) {
    if (known(data.stars[row])) return dom.text(number(data.stars[row]));
    return withoutRepository(row) ? dom.absent("no repository") : unknown();
  }

  const gained = (row) => (known(data.stars_1w[row]) ? make("span", "gained", `${dom.gain(data.stars_1w[row])} this week`) : null);

  function score(row) {
    const [value, low, high] = [data.score[row], data.score_low[row], data.score_high[row]];
    if (Number.isNaN(value)) return known(data.rank[row]) ? unknown() : dom.absent("not ranked");
    if (Number.isNaN(low) || Number.isNaN(high)) return dom.text(value.toFixed(1));
    return make("span", "score", [dom.text(value.toFixed(1)), dom.hidden(` from ${low.toFixed(1)} to ${high.toFixed(1)}`), dom.range(value, low, high)]);
  }

  // Returns the link that opens a paper.
  function title(id, content) {
    const link = make("a", "title", content);
    link.href = starcite.page.href({ paper: id });
    link.dataset.paper = id;
    return link;
  }

  // Makes a title of page.html open its paper, if the paper is on the page.
  function linkTitle(words) {
    if (data.rowOf(words.dataset.paper) >= 0) words.replaceWith(title(words.dataset.paper, [...words.childNodes]));
  }

  // Returns the value of an order that no column shows.
  function ordered(row, order) {
    if (order === "trend") return make("span", "", known(data.trend_rank[row]) ? `trend ${number(data.trend_rank[row])}` : "trend unknown");
    if (order === "upvotes") return make("span", "", known(data.upvotes[row]) ? dom.plural(data.upvotes[row], "upvote", "upvotes") : "upvotes unknown");
    return null;
  }

  function facts(row) {
    const absent = withoutRepository(row) ? null : unknown("stars unknown");
    const count = known(data.stars[row]) ? make("span", "", dom.plural(data.stars[row], "star", "stars")) : absent;
    const points = Number.isNaN(data.score[row]) ? null : make("span", "", `score ${data.score[row].toFixed(1)}`);
    return make("p", "facts", [tier(row), licence(row), count, gained(row), points]);
  }

  function paper(row, order) {
    const words = data.title[row] === null ? unknown("title unknown") : bdi(data.title[row]);
    const repo = withoutRepository(row) ? make("span", "", "no repository") : dom.link(`https://${data.repo[row]}`, data.repo[row]);
    const places = make("p", "places", [bdi(data.paper_id[row]), repo, ordered(row, order)]);
    const cell = make("th", "", [title(data.paper_id[row], [words]), make("p", "authors", [authors(row)]), places, facts(row)]);
    cell.scope = "row";
    return cell;
  }

  function line(row, order) {
    const rank = known(data.rank[row]) ? dom.text(number(data.rank[row])) : dom.absent("not ranked");
    return make("tr", "", [
      make("td", "", [rank, starcite.stars.button(row)]),
      paper(row, order),
      make("td", "", [tier(row), licence(row)]),
      make("td", "", [stars(row), gained(row)]),
      make("td", "", [score(row)]),
      make("td", "", [data.day(row) === null ? unknown() : dom.text(data.day(row))]),
    ]);
  }

  // Draws the hits from one position to another; from 0 it replaces those that are there.
  function draw(hits, from, to, order) {
    const lines = Array.from(hits.subarray(from, to), (row) => line(row, order));
    const body = document.querySelector("#rows");
    if (from === 0) body.replaceChildren(...lines);
    else body.append(...lines);
    for (const head of document.querySelectorAll("#ranking th[data-order]")) {
      if (head.dataset.order === order) head.setAttribute("aria-sort", SORTED[order]);
      else head.removeAttribute("aria-sort");
    }
  }

  starcite.table = { draw, linkTitle, tier, score };
})();
