import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { testServer } from '../server.fixture.ts';

const executablePath = '/usr/bin/chromium';
let browser: Browser;

/** The page with what the browser complained of, among it every breach of the content security policy. */
async function visit(base: string, options: BrowserContextOptions = {}): Promise<[Page, string[]]> {
  const page = await browser.newPage(options);
  onTestFinished(() => page.close());
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(base);
  return [page, complaints];
}

describe.skipIf(!existsSync(executablePath))('the status page in a browser', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  test('follows the news, and leaves open what a person has opened', async () => {
    const { app, operator } = testServer();
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const [page, complaints] = await visit(base);
    await page.getByText('live', { exact: true }).waitFor();

    const wiki = page.locator('#unit-wiki');
    await wiki.locator('summary').click();
    for (const unit of operator.state.status.units) {
      if (unit.name === 'counter') unit.operation = 'Creating service counter_extra';
    }
    operator.publish('unit.changed');
    await page.getByText('Creating service counter_extra').waitFor();
    expect(await wiki.getAttribute('open')).not.toBeNull();
    expect(
      await wiki.locator('summary').evaluate((summary) => summary === document.activeElement),
    ).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('a cell of the comb opens its unit', async () => {
    const { app } = testServer();
    const [page] = await visit(await app.listen({ host: '127.0.0.1', port: 0 }));
    await page.getByRole('link', { name: 'metrics: synced, healthy' }).click();
    await page.getByText('metrics_grafana').waitFor();
  });

  test('is whole without scripts', async () => {
    const { app } = testServer();
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const [page, complaints] = await visit(base, { javaScriptEnabled: false });
    await page.locator('#unit-metrics summary').click();
    await page.getByText('metrics_grafana').waitFor();
    expect(complaints).toEqual([]);
  });

  test.each([360, 800, 1400])('nothing sticks out at a width of %i', async (width) => {
    const { app } = testServer();
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const [page] = await visit(base, { viewport: { width, height: 800 } });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
  });
});
