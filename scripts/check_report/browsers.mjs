// Opens pages in the two browsers through one set of calls, and records everything that a page must not do.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chromium as playwright } from 'playwright-core';
import puppeteer from 'puppeteer-core';

const PATIENCE = 10_000;

// Runs in the page before its own scripts: a violation of the policy is reported only to the document.
const watch = () => {
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
};

/** A page with the calls that both drivers have in another form. */
class Page {
  constructor(browser, driver, downloads) {
    Object.assign(this, { browser, driver, downloads, faults: [], requests: [], keyboard: driver.keyboard, mouse: driver.mouse });
    const fault = (what) => this.faults.push(what);
    driver.on('dialog', (dialog) => fault(`a dialog: ${dialog.message()}`) && dialog.dismiss().catch(() => {}));
    driver.on('console', (message) => ['error', 'warn', 'warning', 'assert'].includes(message.type()) && fault(`the console: ${message.text()}`));
    driver.on('pageerror', (error) => fault(`an error: ${error.message ?? error}`));
    driver.on('popup', () => fault('a window of its own'));
    driver.on('request', (request) => this.requests.push(request.url()));
  }

  evaluate(...call) {
    return this.driver.evaluate(...call);
  }

  /** Waits until a function of the page returns something true, and returns that. */
  async until(what, holds, given) {
    const began = Date.now();
    for (;;) {
      const value = await this.driver.evaluate(holds, given).catch((error) => (/navigat|context|destroyed/i.test(String(error)) ? undefined : Promise.reject(error)));
      if (value) return value;
      if (Date.now() - began > PATIENCE) throw new Error(`${this.browser}: ${what}: not within ${PATIENCE / 1000} s`);
      await pause(20);
    }
  }

  async open(file, search = '') {
    await this.driver.goto('about:blank');
    await this.driver.goto(pathToFileURL(file).href + search, { waitUntil: 'load' });
  }

  reload() {
    return this.driver.reload({ waitUntil: 'load' });
  }

  back() {
    return this.driver.evaluate(() => history.back());
  }

  click(selector) {
    return this.driver.click(selector);
  }

  width(width, height = 800) {
    return this.driver.setViewportSize ? this.driver.setViewportSize({ width, height }) : this.driver.setViewport({ width, height });
  }

  async chord(key, held = 'Control') {
    await this.keyboard.down(held);
    await this.keyboard.press(key);
    await this.keyboard.up(held);
  }

  /** Returns the text in the clipboard, pasted as a reader would. */
  async pasted() {
    await this.evaluate(() => {
      const area = document.createElement('textarea');
      area.id = 'pasted';
      document.body.append(area);
      area.focus();
    });
    await this.chord('v');
    await pause(100);
    return this.evaluate(() => {
      const area = document.getElementById('pasted');
      area.remove();
      return area.value;
    });
  }

  /** Returns the name and the text of the file that a click downloads. */
  async downloaded(selector) {
    for (const name of readdirSync(this.downloads)) rmSync(join(this.downloads, name));
    if (this.browser === 'chromium') {
      const [download] = await Promise.all([this.driver.waitForEvent('download', { timeout: PATIENCE }), this.driver.click(selector)]);
      const path = join(this.downloads, download.suggestedFilename());
      await download.saveAs(path);
      return { name: download.suggestedFilename(), text: readFileSync(path, 'utf8') };
    }
    await this.driver.click(selector);
    for (const began = Date.now(); Date.now() - began < PATIENCE; await pause(50)) {
      const names = readdirSync(this.downloads);
      if (names.length && !names.some((name) => name.endsWith('.part'))) {
        const text = readFileSync(join(this.downloads, names[0]), 'utf8');
        if (text) return { name: names[0], text };
      }
    }
    throw new Error(`${this.browser}: nothing was downloaded`);
  }

  /** Returns what went wrong since the last call. */
  async wrong(folder) {
    const inside = pathToFileURL(folder).href + '/';
    const violations = await this.evaluate(() => (window.violations ?? []).splice(0));
    const outside = this.requests.splice(0).filter((url) => !url.startsWith(inside) && !/^(about:blank$|data:|blob:)/.test(url));
    return [...this.faults.splice(0), ...violations.map((text) => `a violation of the policy: ${text}`), ...outside.map((url) => `a request to ${url.slice(0, 200)}`)];
  }

  close() {
    return this.shut();
  }
}

async function chromium() {
  const browser = await playwright.launch({ executablePath: '/usr/bin/chromium' });
  const downloads = mkdtempSync(join(tmpdir(), 'check_report-'));
  return {
    name: 'chromium',
    version: browser.version(),
    /** Opens an empty page; `options` are those of the driver. */
    async page(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const driver = await context.newPage();
      await driver.addInitScript(watch);
      return Object.assign(new Page('chromium', driver, downloads), { shut: () => context.close() });
    },
    async close() {
      await browser.close();
      rmSync(downloads, { recursive: true });
    },
  };
}

async function firefox() {
  const downloads = mkdtempSync(join(tmpdir(), 'check_report-'));
  const extraPrefsFirefox = {
    // As in a reader's browser; the driver turns it off.
    'security.fileuri.strict_origin_policy': true,
    'browser.download.dir': downloads,
    'browser.download.folderList': 2,
    'browser.download.useDownloadDir': true,
    'browser.download.alwaysOpenPanel': false,
  };
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', extraPrefsFirefox });
  return {
    name: 'firefox',
    version: (await browser.version()).replace('firefox/', ''),
    async page() {
      const driver = await browser.newPage();
      await driver.setViewport({ width: 1280, height: 800 });
      await driver.evaluateOnNewDocument(watch);
      return Object.assign(new Page('firefox', driver, downloads), { shut: () => driver.close() });
    },
    async close() {
      await browser.close();
      rmSync(downloads, { recursive: true });
    },
  };
}

export const BROWSERS = { chromium, firefox };
