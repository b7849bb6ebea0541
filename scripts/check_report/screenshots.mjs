// The pictures of docs/.

import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { opened } from './expect.mjs';
import { open } from './paper.mjs';

const PICTURES = {
  'report-light': { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  'report-dark': { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  'report-paper': { viewport: { width: 1280, height: 800 }, colorScheme: 'light', paper: true },
  'report-phone': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, colorScheme: 'light' },
};

export async function screenshots(browser, on, folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, { paper, ...options }] of Object.entries(PICTURES)) {
    const page = await browser.page({ reducedMotion: 'reduce', ...options });
    await opened(page, on);
    if (paper) await open(page, on.rows[0]);
    const path = join(folder, `${name}.png`);
    await page.driver.screenshot({ path, caret: 'hide', animations: 'disabled' });
    console.log(`check_report: ${path}: ${Math.round(statSync(path).size / 1024)} kB`);
    await page.close();
  }
}
