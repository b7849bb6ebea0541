// A paper opened: its texts, the marked link, copying, the way back, the focus.

import { check, equal, number, opened, ready, spread } from './expect.mjs';
import { line } from './week.mjs';

const OPENED = 40;

/** Returns a text of others on several lines, as the page shows it. */
const lines = (text) => text.split(/([\n\t])/).map((part) => (part === '\n' || part === '\t' ? part : line(part))).join('');

/** Opens a paper by its address, which every link to it has. */
async function open(page, row) {
  await page.evaluate((id) => (location.hash = new URLSearchParams({ paper: id })), row.paper_id);
  await page.until(`${row.paper_id} does not open`, isOpen);
}

const isOpen = () => document.getElementById('paper').open && document.querySelectorAll('#paper-body section').length > 0;
const isClosed = () => !document.getElementById('paper').open;

async function close(page) {
  await page.keyboard.press('Escape');
  await page.until('the paper does not close', isClosed);
  await page.until('the address keeps a closed paper', () => !location.hash.includes('paper='));
}

/** Returns what the open paper shows, section by section. */
const dialog = (page) =>
  page.evaluate(() => {
    const body = document.getElementById('paper-body');
    const sections = [...body.querySelectorAll('section')].map((section) => [section.querySelector('h3').textContent, section]);
    const section = (name) => sections.find(([title]) => title === name)?.[1];
    const text = (name) => section(name)?.querySelector('p')?.textContent ?? null;
    const words = (id) => (document.querySelector(`#${id} .unknown`) ? 'unknown' : document.getElementById(id).textContent);
    const list = (parent) => [...(parent?.querySelectorAll('dt') ?? [])].map((name) => [name.textContent, name.nextElementSibling.textContent]);
    const table = (name) => [...(section(name)?.querySelectorAll('tbody tr') ?? [])].map((row) => [...row.children].map((cell) => cell.textContent));
    return {
      title: words('paper-title'),
      authors: words('paper-authors'),
      abstract: text('Abstract'),
      comment: text('Comment'),
      marks: [...body.querySelectorAll('mark')].map((mark) => mark.textContent),
      links: [...(section('Links')?.querySelectorAll('li') ?? [])].map((one) => ({ target: one.querySelector('p').textContent, facts: Object.fromEntries(list(one)) })),
      repository: Object.fromEntries(list(section('Repository'))),
      stars: table('Stars'),
      points_drawn: section('Stars')?.querySelectorAll('circle').length ?? 0,
      lines_drawn: section('Stars')?.querySelectorAll('polyline').length ?? 0,
      flags: table('Flags'),
      changes: table('Changes'),
      bibtex: section('BibTeX').querySelector('pre').textContent,
      names: sections.map(([title]) => title),
    };
  });

/** Compares an open paper with the row, with its details, and with the tables. */
function compare(is, row, detail, tables) {
  const name = row.paper_id;
  const whole = (segments) => segments?.map(([text]) => text).join('') ?? null;
  equal(is.title, row.title ?? 'unknown', `${name}: the title`);
  equal(is.authors, row.authors === null ? 'unknown' : row.authors.join(', '), `${name}: the authors`);
  equal(is.abstract, whole(detail.abstract) ?? 'The abstract is unknown.', `${name}: the abstract`);
  equal(is.comment, whole(detail.comment), `${name}: the comment`);
  const marked = [detail.abstract, detail.comment].flatMap((segments) => segments ?? []).filter(([, mark]) => mark === 2);
  equal(is.marks, marked.map(([text]) => text), `${name}: the marked links`);
  equal(is.links.length, detail.links.length, `${name}: the number of links`);
  detail.links.forEach((link, at) => {
    const { target, facts } = is.links[at];
    const address = link.target ?? (link.repo && `https://${link.repo}`);
    if (address) check(target.startsWith(address), `${name}: link ${at} is ${target}, not ${address}`);
    equal([facts.Counts, facts.Why], [link.counts ? 'yes' : 'no', link.why], `${name}: why link ${at} counts`);
    if (link.sentence) equal(facts.Sentence, link.sentence, `${name}: the sentence of link ${at}`);
  });
  const repo = detail.repository;
  if (repo) {
    const words = (text) => text.replaceAll('_', ' ');
    equal(is.repository.State, words(repo.state) + (repo.state_reason ? `: ${words(repo.state_reason)}` : ''), `${name}: the state`);
    if (repo.observed_at) equal(is.repository['Who looked'], `${repo.observed_by ?? 'unknown'}, ${repo.observed_at.slice(0, 10)}`, `${name}: who looked`);
    if (repo.description) equal(is.repository.Description, repo.description, `${name}: the description`);
    equal(is.stars.map(([week]) => week), detail.stars.map(([week]) => week), `${name}: the weeks of stars`);
    equal(is.points_drawn, detail.stars.filter(([, total]) => total !== null).length, `${name}: the totals drawn`);
  }
  const told = (value) => (value === null ? 'unknown' : value ? 'yes' : 'no');
  equal(is.flags.map(([, value]) => value), detail.flags.map((flag) => told(flag.value)), `${name}: the flags`);
  equal(is.changes.map((cells) => cells.slice(1)), detail.changes.map((change) => [change.before, change.after]), `${name}: the changes`);
  equal(is.bibtex.trim(), detail.bibtex.trim(), `${name}: the BibTeX`);
  againstTables(is, row, detail, tables);
}

/** Compares an open paper with the rows of the tables, which no code of the report has touched. */
function againstTables(is, row, detail, tables) {
  const paper = tables.papers.find((one) => line(one.paper_id) === row.paper_id && one.iso_week === detail.iso_week);
  if (!paper) return;
  if (paper.abstract !== null) equal(is.abstract, lines(paper.abstract), `${row.paper_id}: the abstract of the table`);
  const isShown = (link) => ['abstract', 'comment'].includes(link.field) && link.last_week === null && link.start !== null;
  const raw = tables.links.filter((link) => link.paper_id === paper.paper_id && link.iso_week === detail.iso_week);
  for (const link of raw.filter(isShown)) check(is.marks.some((mark) => mark.includes(line(link.raw))), `${row.paper_id}: ${link.raw} is not marked`);
}

export const CHECKS = {
  async 'a paper opened shows every text of its row'(page, on) {
    await opened(page, on);
    const rows = spread(on.rows, OPENED);
    for (const row of rows) {
      await open(page, row);
      compare(await dialog(page), row, on.details[row.at], on.tables);
    }
    return number(rows.length);
  },

  async 'a paper opens by its title and by the keyboard, and closes by Escape and by going back'(page, on) {
    await opened(page, on);
    const row = on.rows[Math.min(1, on.rows.length - 1)];
    const focus = (id) => [...document.querySelectorAll('#rows a.title')].find((link) => link.dataset.paper === id).focus();
    const focused = () => document.activeElement.dataset.paper ?? document.activeElement.outerHTML.slice(0, 80);
    const before = await page.evaluate(() => location.hash);
    for (const leave of ['Escape', 'back', 'the button']) {
      await page.evaluate(focus, row.paper_id);
      await page.keyboard.press('Enter');
      await page.until('the paper does not open by Enter', isOpen);
      const isInside = () => document.getElementById('paper').contains(document.activeElement);
      check(await page.evaluate(isInside), `before leaving by ${leave}, the focus is not in the open paper`);
      if (leave === 'Escape') await close(page);
      else if (leave === 'back') await page.back();
      else await page.click('#paper-close');
      await page.until(`the paper does not close by ${leave}`, isClosed);
      await page.until(`after ${leave}, the address is not the one before`, (before) => location.hash === before || location.hash + before === '#', before);
      equal(await page.evaluate(focused), row.paper_id, `the focus after ${leave}`);
    }
    await page.open(on.file, `#${new URLSearchParams({ paper: row.paper_id })}`);
    await page.until('an address does not open its paper', isOpen);
    await close(page);
    equal(await page.evaluate(() => location.hash.includes('paper=')), false, 'the address has the paper after Escape');
  },

  async 'a paper outside the list opens by its title'(page, on) {
    await opened(page, on);
    const at = await page.evaluate(() => {
      const link = document.querySelector('main section:not(#ranking) a.title');
      link?.focus();
      return link?.dataset.paper ?? null;
    });
    if (at === null) return null;
    await page.keyboard.press('Enter');
    await page.until('it does not open', isOpen);
    await close(page);
  },

  async 'BibTeX is copied as it is'(page, on) {
    await opened(page, on);
    for (const row of spread(on.rows, 3)) {
      await open(page, row);
      await page.evaluate(() => ([...document.querySelectorAll('#paper-body button')].find((button) => button.textContent === 'Copy BibTeX').id = 'copy'));
      await page.click('#copy');
      await page.until('nothing says that it was copied', () => document.querySelector('#paper-body .said').textContent === 'Copied.');
      await close(page);
      equal((await page.pasted()).trim(), on.details[row.at].bibtex.trim(), `the BibTeX of ${row.paper_id}`);
    }
  },

  async 'a paper that is not there, or whose file is missing, is told'(page, on) {
    await opened(page, on);
    await page.evaluate(() => (location.hash = 'paper=none:such'));
    await page.until('it is not told', () => /no such paper/i.test(document.getElementById('paper-title').textContent));
    await close(page);
  },
};

export { close, isOpen, open, ready };
