import { expect, test } from 'vitest';
import { parseListen } from '../config/listen-address.ts';
import { assertListenIsSafe } from './listen.ts';
import { testServer, tokens } from './server.fixture.ts';

test.each([
  ['127.0.0.1:7420', { host: '127.0.0.1', port: 7420 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  [':7420', { host: '::', port: 7420 }],
])('%s is an address', (listen, parsed) => {
  expect(parseListen(listen)).toEqual(parsed);
});

test.each(['', '7420', '127.0.0.1', '127.0.0.1:', 'a:99999', '::1:80', '[x]:80', 'http://a:80'])(
  '%j is none, and the error shows one',
  (listen) => {
    expect(() => parseListen(listen)).toThrow(/for example 127\.0\.0\.1:7420/);
  },
);

test.each(['127.0.0.1:1', '127.9.9.9:1', '[::1]:1', 'localhost:1', 'LOCALHOST:1'])(
  '%s may go without credentials',
  (listen) => {
    expect(() => assertListenIsSafe(listen, null)).not.toThrow();
  },
);

test.each([
  '0.0.0.0:1',
  ':1',
  '[::]:1',
  '10.0.0.5:1',
  '127.example.com:1',
  'localhost.evil.example:1',
])('%s needs credentials', (listen) => {
  expect(() => assertListenIsSafe(listen, null)).toThrow(/Refusing.*API token/);
  expect(() => assertListenIsSafe(listen, { tokens: [] })).toThrow(/Refusing/);
  expect(() => assertListenIsSafe(listen, tokens)).not.toThrow();
  expect(() => testServer({ listen })).toThrow(/Refusing/);
});

test.each(['localhost', 'localhost:7420', '127.0.0.1:7420', '[::1]:7420'])(
  'a server without credentials answers under %s',
  async (host) => {
    const answer = await testServer().app.inject({ url: '/api/v1/status', headers: { host } });
    expect(answer.statusCode).toBe(200);
  },
);

test.each(['evil.example', '127.0.0.1.evil.example', '[::2]', 'localhost@evil.example'])(
  'but not under %j, where another site may have pointed its name at it',
  async (host) => {
    const answer = await testServer().app.inject({ url: '/api/v1/status', headers: { host } });
    expect(answer.json()).toMatchObject({ code: 'wrong-host' });
  },
);

test('with credentials any name will do', async () => {
  const { app } = testServer({ auth: tokens, listen: '0.0.0.0:7420' });
  const headers = { host: 'skep.example', authorization: 'Bearer reader-token' };
  expect(await app.inject({ url: '/api/v1/status', headers })).toMatchObject({ statusCode: 200 });
});

test.each([
  [{ origin: 'http://localhost:80' }, 202],
  [{}, 202],
  [{ origin: 'http://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'same-origin' }, 202],
])('a write with %j is answered %s', async (headers, status) => {
  const { app } = testServer();
  const all = { host: 'localhost:80', ...headers };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/reconcile', headers: all });
  expect(answer.statusCode).toBe(status);
});
