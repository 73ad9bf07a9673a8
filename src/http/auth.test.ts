import { expect, test } from 'vitest';
import { bearer, howToJoin, testServer, tokens } from './server.fixture.ts';
import type { Scope } from './auth.ts';

const matrix: [method: 'GET' | 'POST', url: string, least: Scope | 'public'][] = [
  ['GET', '/livez', 'public'],
  ['GET', '/readyz', 'public'],
  ['GET', '/healthz', 'public'],
  ['GET', '/openapi.json', 'public'],
  ['GET', '/page.css', 'public'],
  ['GET', '/page.js', 'public'],
  ['GET', '/favicon.svg', 'public'],
  ['GET', '/comb.svg', 'public'],
  ['GET', '/', 'read'],
  ['GET', '/metrics', 'read'],
  ['GET', '/api/v1/status', 'read'],
  ['GET', '/api/v1/units', 'read'],
  ['GET', '/api/v1/units/:unit', 'read'],
  ['GET', '/api/v1/resources', 'read'],
  ['GET', '/api/v1/plan', 'read'],
  ['GET', '/api/v1/history', 'read'],
  ['GET', '/api/v1/history/:run', 'read'],
  ['GET', '/api/v1/drift', 'read'],
  ['GET', '/api/v1/tokens', 'read'],
  ['GET', '/api/v1/events', 'read'],
  ['POST', '/api/v1/plan', 'operate'],
  ['POST', '/api/v1/reconcile', 'operate'],
  ['POST', '/api/v1/suspend', 'operate'],
  ['POST', '/api/v1/resume', 'operate'],
  ['POST', '/api/v1/units/:unit/suspend', 'operate'],
  ['POST', '/api/v1/units/:unit/resume', 'operate'],
  ['POST', '/api/v1/tokens/:role/rotate', 'admin'],
  ['GET', '/api/v1/tokens/:role/join', 'join'],
];

const holders: Record<Scope, readonly string[]> = {
  read: ['reader-token', 'operator-token', 'admin-token'],
  operate: ['operator-token', 'admin-token'],
  admin: ['admin-token'],
  join: ['join-token'],
};
const everyToken = ['reader-token', 'operator-token', 'admin-token', 'join-token'];

const real = (url: string) =>
  url.replace(':unit', 'shop').replace(':run', 'c4').replace(':role', 'worker');
/** The stream never ends, and its head tells nothing else. */
const checked = matrix.filter(([, url]) => !url.endsWith('/events'));

test.each(checked)('%s %s needs %s', async (method, url, least) => {
  const { app } = testServer({ auth: tokens, howToJoin });
  const status = async (headers: Record<string, string>) => {
    const body = method === 'POST' && url.endsWith('plan') ? { payload: {} } : {};
    return (await app.inject({ method, url: real(url), headers, ...body })).statusCode;
  };
  expect(await status({})).toBe(least === 'public' ? 200 : 401);
  for (const token of everyToken) {
    const allowed = least === 'public' || holders[least].includes(token);
    expect([token, (await status(bearer(token))) < 300]).toEqual([token, allowed]);
  }
});

test('the matrix names every route there is', async () => {
  const { app } = testServer({ howToJoin });
  await app.ready();
  for (const [method, url] of matrix)
    expect([url, app.hasRoute({ method, url })]).toEqual([url, true]);
  const documented = Object.entries(app.swagger().paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item ?? {}).map(
      (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    ),
  );
  const named = matrix.map(([method, url]) => `${method} ${url}`);
  expect(named).toEqual(expect.arrayContaining(documented));
});

test('a browser may show the token as a password, and may only look then', async () => {
  const { app } = testServer({ auth: tokens });
  const basic = (token: string) => ({
    authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`,
  });
  const page = await app.inject({ url: '/', headers: basic('admin-token') });
  expect(page.statusCode).toBe(200);
  const refused = await app.inject({
    method: 'POST',
    url: '/api/v1/reconcile',
    headers: basic('admin-token'),
  });
  expect(refused.json()).toMatchObject({ code: 'forbidden' });
  expect(await app.inject({ url: '/', headers: basic('join-token') })).toMatchObject({
    statusCode: 403,
  });
  const stranger = await app.inject({ url: '/' });
  expect(stranger.headers['www-authenticate']).toEqual([
    'Basic realm="skep"',
    'Bearer realm="skep"',
  ]);
});

test.each([
  'Bearer',
  'Bearer ',
  'Bearer reader-token extra',
  'Digest reader-token',
  'reader-token',
  'Basic ####',
])('the header %j is no credential', async (authorization) => {
  const { app } = testServer({ auth: tokens });
  const answer = await app.inject({ url: '/api/v1/status', headers: { authorization } });
  expect(answer.json()).toMatchObject({ code: 'unauthenticated' });
});

test('who guesses tokens is slowed down, and who has one is not', async () => {
  const { app } = testServer({ auth: tokens });
  const guess = () => app.inject({ url: '/api/v1/status', headers: bearer('guess') });
  const codes: number[] = [];
  for (let i = 0; i < 12; i++) codes.push((await guess()).statusCode);
  expect(codes).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const slowed = await guess();
  expect(slowed.json()).toMatchObject({
    code: 'too-many-requests',
    retryAfter: expect.any(Number),
  });
  expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
  const answer = await app.inject({ url: '/api/v1/status', headers: bearer('reader-token') });
  expect(answer.statusCode).toBe(200);
});

test('writes are limited, reads are not', async () => {
  const { app } = testServer();
  const codes = new Set<number>();
  for (let i = 0; i < 121; i++) {
    codes.add((await app.inject({ method: 'POST', url: '/api/v1/units/shop/suspend' })).statusCode);
  }
  expect([...codes]).toEqual([200, 429]);
  expect(await app.inject({ url: '/api/v1/units' })).toMatchObject({ statusCode: 200 });
});

test('tokens never get into the log', async () => {
  const { app, logged } = testServer({ auth: tokens });
  await app.inject({ method: 'POST', url: '/api/v1/reconcile', headers: bearer('admin-token') });
  await app.inject({ url: '/api/v1/status', headers: bearer('guessed-secret') });
  expect(logged.join('')).toContain('answered');
  expect(logged.join('')).not.toMatch(/admin-token|guessed-secret/);
});
