// The rules of axe-core, in every form of the page.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { check, opened } from './expect.mjs';
import { open } from './paper.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FORMS = {
  light: { width: 1280, scheme: 'light' },
  dark: { width: 1280, scheme: 'dark' },
  '320 px': { width: 320, scheme: 'light' },
  '320 px and dark': { width: 320, scheme: 'dark' },
};

async function violations(page, where) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length} times, first ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`);
  });
  check(found.length === 0, `${where}: ${found.join('; ')}`);
}

/** Returns the checks of a browser. */
export function accessible(browser) {
  if (browser !== 'chromium') return {};
  const checks = Object.entries(FORMS).map(([name, { width, scheme }]) => {
    const look = async (page, on) => {
      await page.width(width);
      await opened(page, on);
      await violations(page, 'the page');
      const longest = [...on.rows].sort((a, b) => (b.authors?.length ?? 0) - (a.authors?.length ?? 0))[0];
      for (const row of new Set([on.rows.find((row) => row.repo !== null) ?? on.rows[0], longest].filter(Boolean))) {
        await open(page, row);
        await violations(page, `${row.paper_id}, opened`);
      }
      await page.open(on.index);
      await violations(page, 'the list of weeks');
    };
    return [`axe-core has no objection: ${name}`, Object.assign(look, { options: () => ({ colorScheme: scheme, reducedMotion: 'reduce' }) })];
  });
  return Object.fromEntries(checks);
}
