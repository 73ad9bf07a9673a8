import { expect, test } from 'vitest';
import { problem } from './schemas.ts';
import { Problem, problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';
import { bearer, testServer, tokens } from './server.fixture.ts';
import type { TestServer } from './server.fixture.ts';
import type { InjectOptions as Request } from 'fastify';

class EngineError extends Error {
  override name = 'EngineError';
  readonly class: string;
  constructor(kind: string) {
    super(`the Engine says ${kind}`);
    this.class = kind;
  }
}

type Provoke = (server: TestServer) => Request;

const post = (url: string, more: Request = {}): Request => ({ method: 'POST', url, ...more });
const json = { 'content-type': 'application/json' };
const failing =
  (error: Error): Provoke =>
  ({ operator }) => {
    operator.rotate = async () => {
      throw error;
    };
    return post('/api/v1/tokens/worker/rotate');
  };

/** How each problem comes about. A code without an entry does not compile. */
const provoked: Record<ProblemCode, Provoke> = {
  'bad-request': () => ({ url: '/api/v1/units/%E0%A4%A' }),
  'bad-json': () => post('/api/v1/reconcile', { headers: json, payload: '{"units":' }),
  'invalid-request': () => ({ url: '/api/v1/history?limit=many' }),
  'bad-cursor': () => ({ url: '/api/v1/history?cursor=zzz' }),
  unauthenticated: () => ({ url: '/api/v1/status', headers: bearer('wrong') }),
  forbidden: () => post('/api/v1/reconcile', { headers: bearer('reader-token') }),
  'cross-origin': () => post('/api/v1/reconcile', { headers: { origin: 'https://evil.example' } }),
  'not-found': () => ({ url: '/nowhere' }),
  'unit-not-found': () => ({ url: '/api/v1/units/none' }),
  'run-not-found': () => ({ url: '/api/v1/history/none' }),
  'method-not-allowed': () => ({ method: 'DELETE', url: '/api/v1/units/shop' }),
  'engine-conflict': failing(new EngineError('conflict')),
  'body-too-large': () => post('/api/v1/reconcile', { headers: json, payload: ' '.repeat(70_000) }),
  'unsupported-media-type': () =>
    post('/api/v1/reconcile', { headers: { 'content-type': 'text/yaml' }, payload: 'units: []' }),
  'wrong-host': () => ({ url: '/api/v1/status', headers: { host: 'rebound.example:7420' } }),
  // The limits themselves are tested where they are made: auth.test.ts and events.test.ts.
  'too-many-requests': ({ operator }) => {
    operator.suspend = () => {
      throw new Problem('too-many-requests', 'Try again in 9 s.', { retryAfter: 9 });
    };
    return post('/api/v1/units/shop/suspend');
  },
  internal: failing(new TypeError('cannot read SWMTKN-1-secret of undefined')),
  'engine-refused': failing(new EngineError('invalid')),
  'engine-unavailable': failing(new EngineError('unavailable')),
  'not-leading': ({ operator }) => {
    operator.state.status.leader = { holder: 'm2-3f9a1c', self: false };
    return post('/api/v1/reconcile');
  },
  'too-many-streams': ({ operator }) => {
    operator.tokens = () => {
      throw new Problem('too-many-streams', 'Close one.', { retryAfter: 5 });
    };
    return { url: '/api/v1/tokens' };
  },
};

const needTokens: ProblemCode[] = ['unauthenticated', 'forbidden'];

test.each(Object.keys(problems) as ProblemCode[])('%s is answered as a problem', async (code) => {
  const server = testServer({ auth: needTokens.includes(code) ? tokens : null });
  const request = provoked[code](server);
  const headers = { 'x-request-id': 'req-1', ...request.headers };
  const answer = await server.app.inject({ ...request, headers });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.headers['x-request-id']).toBe('req-1');
  expect(answer.statusCode).toBe(problems[code].status);
  expect(problem.strict().parse(answer.json())).toMatchObject({
    code,
    ...problems[code],
    type: `urn:skep:problem:${code}`,
    instance: 'urn:skep:request:req-1',
  });
});

test('a Skep that stands by says who leads, and does nothing that it is asked', async () => {
  const { app, operator } = testServer();
  operator.state.status.leader = { holder: 'm2-3f9a1c', self: false };
  for (const url of [
    'reconcile',
    'units/shop/suspend',
    'units/shop/resume',
    'suspend',
    'resume',
    'tokens/worker/rotate',
  ]) {
    const answer = await app.inject(post(`/api/v1/${url}`));
    expect(answer.json()).toMatchObject({ code: 'not-leading', status: 503, leader: 'm2-3f9a1c' });
    expect(answer.headers['retry-after']).toBe('5');
  }
  expect(operator.asked).toEqual([]);
  expect(await app.inject({ url: '/api/v1/status' })).toMatchObject({ statusCode: 200 });
  expect((await app.inject(post('/api/v1/plan', { payload: {} }))).statusCode).toBe(200);
});

test('what went wrong inside goes into the log under the request ID, never to the caller', async () => {
  const server = testServer();
  const request = provoked.internal(server);
  const answer = await server.app.inject({ ...request, headers: { 'x-request-id': 'req-9' } });
  expect(answer.body).not.toContain('SWMTKN');
  expect(answer.json().detail).toMatch(/log/);
  expect(server.logged.filter((line) => line.includes('req-9')).join('')).toContain(
    'request failed',
  );
});

test('a request ID that could forge a log is replaced', async () => {
  const headers = { 'x-request-id': 'a b"\u00e9' };
  const answer = await testServer().app.inject({ url: '/livez', headers });
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test('an invalid request says which field, and not what was in it', async () => {
  const payload = { units: ['shop', { password: 'hunter2' }], extra: 1 };
  const answer = await testServer().app.inject({
    method: 'POST',
    url: '/api/v1/reconcile',
    payload,
  });
  expect(answer.json()).toMatchObject({
    detail: expect.stringContaining('/units/1'),
    errors: expect.arrayContaining([expect.objectContaining({ in: 'body', pointer: '/units/1' })]),
  });
  expect(answer.body).not.toContain('hunter2');
});

test.each([
  ['DELETE', '/api/v1/units/shop', 'GET, HEAD'],
  ['GET', '/api/v1/reconcile', 'POST'],
  ['PUT', '/api/v1/plan', 'GET, HEAD, POST'],
  ['POST', '/', 'GET, HEAD'],
  ['POST', '/openapi.json', 'GET, HEAD'],
] as const)('%s %s is not allowed, and Allow says what is', async (method, url, allow) => {
  const answer = await testServer().app.inject({ method, url });
  expect(answer.json()).toMatchObject({ code: 'method-not-allowed' });
  expect(answer.headers.allow).toBe(allow);
});

test.each(['conflict', 'already-exists', 'wrong-node', 'locked', 'retry-later', 'blocked'])(
  'an Engine that says %s is not an internal error',
  async (kind) => {
    const server = testServer();
    const answer = await server.app.inject(failing(new EngineError(kind))(server));
    expect(answer.json()).toMatchObject({
      code: expect.stringMatching(/^engine-/),
      detail: `the Engine says ${kind}`,
    });
  },
);
