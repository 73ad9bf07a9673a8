import { expect, test } from 'vitest';
import { fixtureOperator } from '../operator.fixture.ts';
import { fixtureNow } from '../state.fixture.ts';
import { testServer } from '../server.fixture.ts';
import { html } from './html.ts';
import { statusPage } from './page.ts';
import { duration, relative } from './time.ts';

const attack = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\`&`;

/** The fixture with every string that is shown replaced by one that tries to break out. */
function attackingOperator() {
  const operator = fixtureOperator();
  const spoil = (value: unknown): unknown => {
    if (typeof value === 'string') return attack;
    if (Array.isArray(value)) return value.map(spoil);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, keep.has(key) ? inner : spoil(inner)]),
    );
  };
  Object.assign(operator.state, spoil(operator.state));
  return operator;
}
/** What decides where a thing is shown; the rest is text. */
const keep = new Set(['kind', 'id']);

test('names, messages and values cannot become markup', () => {
  const page = statusPage(attackingOperator(), fixtureNow);
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('<img src=x');
  expect(page).toContain('&#60;script&#62;alert(1)');
  const tags = [...page.matchAll(/<(\w+)/g)].map(([, tag]) => tag);
  const honest = [...statusPage(fixtureOperator(), fixtureNow).matchAll(/<(\w+)/g)].map(
    ([, tag]) => tag,
  );
  expect(new Set(tags).difference(new Set(honest))).toEqual(new Set());
});

test('the page holds nothing that the content security policy forbids', async () => {
  const answer = await testServer().app.inject({ url: '/' });
  expect(answer.headers['content-security-policy']).toMatch(
    /default-src 'none'.*script-src 'self'/,
  );
  expect(answer.body).not.toMatch(/<script(?![^>]* src=)/);
  expect(answer.body).not.toMatch(/<style|\sstyle=|\son\w+=/);
  expect(answer.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});

test('it shows what a person must know', async () => {
  const { body } = await testServer().app.inject({ url: '/' });
  for (const said of [
    'stacks/shop/prod.yaml:7:5',
    'Did you mean &#34;image&#34;?',
    'RolloutPaused',
    'shop/api:1.9.0',
    'changed, but not shown',
    'worker2',
    'The certificate of m1 ends on 2026-11-28',
    'Not visible from here: 1 node.',
    '0 3 * * 0',
    '2026-11-21 18:00 UTC',
    'files incomplete',
    '17 min ago',
  ]) {
    expect(body).toContain(said);
  }
});

test('of several Skeps the page says which one leads', () => {
  const operator = fixtureOperator();
  expect(statusPage(operator, fixtureNow)).not.toContain('leads');
  operator.state.status.leader = { holder: 'm2-3f9a1c', self: false };
  expect(statusPage(operator, fixtureNow)).toContain('stands by: m2-3f9a1c leads');
  operator.state.status.leader = { holder: 'm1-77ab01', self: true };
  expect(statusPage(operator, fixtureNow)).toContain('leads as m1-77ab01');
});

test('an empty cluster and one that is not ready are said to be so', () => {
  const operator = fixtureOperator();
  Object.assign(operator.state, { resources: [], runs: [], drift: [], rotations: [] });
  Object.assign(operator.state.status, { units: [], diagnostics: [], engine: null, ready: false });
  operator.state.status.checks[0] = { name: 'engine', ok: false, message: 'nobody there' };
  const page = statusPage(operator, fixtureNow);
  for (const said of ['Not ready yet', 'nobody there', 'No unit yet', 'Nothing was changed yet']) {
    expect(page).toContain(said);
  }
});

test.each(['/page.css', '/page.js', '/favicon.svg', '/comb.svg'])(
  '%s is there, and cached by its bytes',
  async (url) => {
    const { app } = testServer();
    const first = await app.inject({ url });
    expect(first.statusCode).toBe(200);
    const headers = { 'if-none-match': String(first.headers.etag) };
    expect(await app.inject({ url, headers })).toMatchObject({ statusCode: 304 });
  },
);

test('html escapes values, keeps markup, joins lists and leaves nothing out of a zero', () => {
  const list: Parameters<typeof html>[1] = [html`<i>${'<'}</i>`, 'a&b', null, false, undefined, 0];
  expect(html`<p title="${`"'`}">${list}</p>`.markup).toBe(
    '<p title="&#34;&#39;"><i>&#60;</i>a&#38;b0</p>',
  );
});

test.each([
  [0, 'now'],
  [-999, 'now'],
  [-1_000, '1 s ago'],
  [-61_000, '1 min ago'],
  [-3_660_000, '1 h 1 min ago'],
  [5 * 86_400_000 + 3_600_000, 'in 5 d'],
  [2 * 86_400_000 + 3_600_000, 'in 2 d 1 h'],
])('%i ms is %s', (ms, said) => {
  expect(relative(ms)).toBe(said);
});

test('a duration below a second is not said', () => {
  expect(duration(999)).toBe('');
});
