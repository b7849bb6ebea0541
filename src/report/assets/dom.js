// Elements of the page. Every text is hostile: it becomes textContent, or an attribute that cannot run.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const WEEK = 7 * 86400000;
  const [WIDTH, HEIGHT, EDGE] = [560, 120, 8];
  const numbers = new Intl.NumberFormat("en");
  const gains = new Intl.NumberFormat("en", { signDisplay: "exceptZero" });
  const dom = {};

  // Returns an element with a text, or with the nodes of a list.
  dom.make = (tag, className, content) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (Array.isArray(content)) element.append(...content.filter((node) => node !== null));
    else if (content !== undefined && content !== null) element.textContent = content;
    return element;
  };

  dom.svg = (tag, attributes, children = []) => {
    const element = document.createElementNS(SVG, tag);
    for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  };

  // Returns a third-party text, isolated so that its direction cannot reorder its neighbours.
  dom.bdi = (text, className) => dom.make("bdi", className, text);
  dom.unknown = (words = "unknown") => dom.make("span", "unknown", words);
  dom.hidden = (words) => dom.make("span", "sr", words);
  dom.absent = (words) => dom.make("span", "absent", [dom.hidden(words)]);
  dom.text = (words) => document.createTextNode(words);
  dom.words = (name) => name.replaceAll("_", " ").replace(/\bosi\b/, "OSI").replace(/\bci\b/, "CI");
  dom.number = (value) => numbers.format(value);
  dom.gain = (value) => gains.format(value);
  dom.plural = (count, one, many) => `${numbers.format(count)} ${count === 1 ? one : many}`;

  // Returns the URL of an address that may become a link, or null.
  dom.url = (text) => {
    try {
      const url = new URL(text);
      return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : null;
    } catch {
      return null;
    }
  };

  const shortened = (address) => address.replace(/^https?:\/\//, "").replace(/\/$/, "");

  // Returns a link with its host after it where the words are not the address, or the words alone if the address is unfit.
  dom.link = (address, words = address) => {
    const url = dom.url(address);
    if (!url) return dom.bdi(words);
    const link = dom.make("a", "", [dom.bdi(words)]);
    link.href = url.href;
    link.rel = "noopener noreferrer";
    if (shortened(words) === shortened(url.href)) return link;
    link.className = "named";
    return dom.make("span", "", [link, dom.make("span", "host", ` (${url.host})`)]);
  };

  // Returns a licence in words; the tables have NONE and NOASSERTION for what is not an SPDX id.
  dom.licence = (id) => (id === "NONE" ? "no licence" : id === "NOASSERTION" ? "licence not identified" : id);

  // Returns a score as a mark on the range from the least to the most that it can be.
  dom.range = (score, low, high) => dom.svg("svg", { class: "range", width: 100, height: 6, "aria-hidden": "true" },
    ["M0 3h100", `M${low} 3H${high}`, `M${score} 0v6`].map((d) => dom.svg("path", { d })));

  // Returns points in runs of weeks that follow one another.
  function runs(points) {
    const made = [];
    points.forEach((point, n) => {
      if (n > 0 && point.at - points[n - 1].at <= WEEK) made.at(-1).push(point);
      else made.push([point]);
    });
    return made;
  }

  // Returns a curve of [week, total, …], or null if no total is known. A week without a total is unknown, so no line crosses it.
  dom.curve = (weeks) => {
    const points = weeks.filter(([, total]) => total !== null).map(([start, total]) => ({ start, at: Date.parse(start), total }));
    if (points.length === 0) return null;
    const [first, last] = [points[0], points.at(-1)];
    const totals = points.map((point) => point.total);
    const [least, most] = [Math.min(...totals), Math.max(...totals)];
    const x = (point) => (EDGE + ((point.at - first.at) / (last.at - first.at || 1)) * (WIDTH - 2 * EDGE)).toFixed(1);
    const y = (point) => (HEIGHT - EDGE - ((point.total - least) / (most - least || 1)) * (HEIGHT - 2 * EDGE)).toFixed(1);
    const lines = runs(points).map((run) => dom.svg("polyline", { class: "line", points: run.map((point) => `${x(point)},${y(point)}`).join(" ") }));
    const dots = points.map((point) => dom.svg("circle", { class: "dot", cx: x(point), cy: y(point), r: 2.5 }));
    const range = `${dom.number(least)} to ${dom.number(most)} stars, ${first.start} to ${last.start}`;
    const picture = dom.svg("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": range }, [...lines, ...dots]);
    return dom.make("figure", "", [picture, dom.make("figcaption", "", `${range}. A gap is a week whose stars are unknown.`)]);
  };

  // Returns a table with a caption; each cell is a text or a node, and the first of a row is its header.
  dom.table = (caption, columns, rows) => {
    const cell = (tag, scope, content) => {
      const element = dom.make(tag, "", content instanceof Node ? [content] : content);
      if (scope) element.scope = scope;
      return element;
    };
    const body = rows.map((row) => dom.make("tr", "", row.map((content, n) => cell(n ? "td" : "th", n ? "" : "row", content))));
    const head = dom.make("tr", "", columns.map((name) => cell("th", "col", name)));
    return dom.make("table", "plain", [dom.make("caption", "", caption), dom.make("thead", "", [head]), dom.make("tbody", "", body)]);
  };

  starcite.dom = dom;
})();
