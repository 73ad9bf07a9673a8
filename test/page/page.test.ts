import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { testServer, tokens } from '../../src/http/server.fixture.ts';

const executablePath = '/usr/bin/chromium';
let browser: Browser;

// Playwright's own types need those of the DOM, which would then be in reach of the whole of Skep.
const playwright: string = 'playwright-core';
type Playwright = {
  chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
};
type Browser = { newPage(options: PageOptions): Promise<Page>; close(): Promise<void> };
type PageOptions = {
  httpCredentials?: { username: string; password: string };
  javaScriptEnabled?: boolean;
  viewport?: { width: number; height: number };
};
type Page = Finder & {
  goto(url: string): Promise<unknown>;
  close(): Promise<void>;
  evaluate(script: string): Promise<unknown>;
  on(event: 'console', listener: (message: { text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
};
type Finder = {
  locator(selector: string): Locator;
  getByText(text: string, options?: { exact: boolean }): Locator;
  getByRole(role: string, options: { name: string }): Locator;
};
type Locator = Finder & {
  click(): Promise<void>;
  waitFor(): Promise<void>;
  isVisible(): Promise<boolean>;
  getAttribute(name: string): Promise<string | null>;
};

/** The page with what the browser complained of, among it every breach of the content security policy. */
async function visit(base: string, options: PageOptions = {}): Promise<[Page, string[]]> {
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
    const { chromium } = (await import(playwright)) as Playwright;
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
    expect(await page.evaluate('document.activeElement.parentElement.id')).toBe('unit-wiki');
    expect(complaints).toEqual([]);
  });

  test('a cell of the comb opens its unit', async () => {
    const { app } = testServer();
    const [page] = await visit(await app.listen({ host: '127.0.0.1', port: 0 }));
    const service = page.getByText('metrics_grafana');
    expect(await service.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'metrics: synced, healthy' }).click();
    await service.waitFor();
  });

  test('asks for a token, and follows the news with it', async () => {
    const { app } = testServer({ auth: tokens });
    const httpCredentials = { username: 'any', password: 'reader-token' };
    const base = await app.listen({ host: '127.0.0.1', port: 0 });
    const [page, complaints] = await visit(base, { httpCredentials });
    await page.getByText('live', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
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
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(width);
  });
});
