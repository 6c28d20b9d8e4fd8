// The page in a real browser. It fails where there is none: a report that nobody has looked at is not tested.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture } from './fixture.js';
import { renderReport } from './html.js';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SIZES: readonly (readonly [number, 'light' | 'dark'])[] = [
  [1_280, 'light'],
  [1_280, 'dark'],
  [400, 'light'],
  [400, 'dark'],
];

describe('report in a browser', () => {
  let browser: Browser | undefined;
  let folder = '';
  let url = '';

  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) {
      throw new Error(`there is no ${CHROMIUM}: install chromium (apt-get install chromium), or name one in CHROMIUM`);
    }
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    const file = join(folder, 'report.html');
    await writeFile(file, renderReport(fixture({ seed: 4, broken: true })));
    url = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs `look` on the page, which must not complain, nor ask for anything. */
  async function open(
    width: number,
    colorScheme: 'light' | 'dark',
    look: (page: Page) => Promise<void>,
    script = true,
  ) {
    const context = await (browser as Browser).newContext({
      viewport: { width, height: 900 },
      colorScheme,
      javaScriptEnabled: script,
    });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) wrong.push(`asks for ${request.url()}`);
    });
    await page.goto(url);
    await look(page);
    await context.close();
    expect(wrong).toEqual([]);
  }

  it.each(SIZES)('has everything in its place, %d px wide, %s', (width, scheme) =>
    open(width, scheme, async (page) => {
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      const sizes = await page.evaluate<readonly (readonly [string, number, number])[]>(`
        [...document.querySelectorAll('main svg')].map((svg) => {
          const { width, height } = svg.getBoundingClientRect();
          return [svg.getAttribute('aria-label') ?? svg.getAttribute('class'), width, height];
        })`);
      expect(sizes.length).toBeGreaterThan(15);
      for (const [name, w, h] of sizes) expect(w > 30 && h > 10, `${name}: ${w} x ${h}`).toBe(true);
    }),
  );

  it('fits its words into what holds them', () =>
    open(1_280, 'light', async (page) => {
      const outside = await page.evaluate(`
        [...document.querySelectorAll('.picture g')].filter((g) => {
          const box = g.querySelector('.box').getBoundingClientRect();
          const text = g.querySelector('text').getBoundingClientRect();
          return text.left < box.left || text.right > box.right + 1;
        }).map((g) => g.textContent)`);
      expect(outside).toEqual([]);
    }));

  it('has colours for light and dark', async () => {
    const colours: unknown[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      await open(1_280, scheme, async (page) => {
        colours.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      });
    }
    expect(colours[0]).toBe('rgb(255, 255, 255)');
    expect(colours[1]).not.toBe(colours[0]);
  });

  it('shows one workload, some outcomes, and a part of the time when asked', () =>
    open(1_280, 'light', async (page) => {
      const bars = (): Promise<number> => page.locator('rect.op:visible').count();
      const all = await bars();
      await page.selectOption('#workload', '1');
      const one = await bars();
      expect(one).toBeGreaterThan(0);
      expect(one).toBeLessThan(all);
      expect(await page.locator('article:visible h3').allTextContents()).not.toContainEqual(
        expect.stringMatching(/register/),
      );
      await page.uncheck('[data-outcome="ok"]');
      expect(await page.locator('rect.op.ok:visible').count()).toBe(0);
      expect(await bars()).toBeLessThan(one);
      await page.check('[data-outcome="ok"]');
      await page.selectOption('#workload', '');
      expect(await bars()).toBe(all);
      await page.click('[data-zoom="2"]');
      await page.click('[data-zoom="2"]');
      const places = `[...document.querySelectorAll('.scroll')].filter((b) => b.querySelector('.rows')).map((b) => b.scrollLeft)`;
      const wide = await page.evaluate(
        `document.querySelector('.rows').offsetWidth / document.querySelector('.scroll').clientWidth`,
      );
      expect(wide).toBeGreaterThan(3.9);
      await page.waitForFunction(`(${places}).every((place) => place > 100 && place === (${places})[0])`);
      await page.click('[data-zoom="0"]');
      expect(await page.textContent('#zoom')).toBe('1×');
    }));

  it('leads from an operation to its anomaly by keyboard', () =>
    open(1_280, 'light', async (page) => {
      await page.locator('a[href="#anomaly-1"]').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction(`document.querySelector(':target')?.id === 'anomaly-1'`);
    }));

  it('can be read without scripts', () =>
    open(
      400,
      'light',
      async (page) => {
        expect(await page.locator('#tools').isVisible()).toBe(false);
        expect(await page.locator('rect.op:visible').count()).toBeGreaterThan(300);
        expect(await page.locator('article:visible').count()).toBeGreaterThan(4);
      },
      false,
    ));
});
