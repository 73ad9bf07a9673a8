import { describe, expect, test } from 'vitest';
import { bearer, howToJoin, testServer, tokens } from './server.fixture.ts';

describe('probes', () => {
  test.each(['/livez', '/healthz', '/readyz'])('%s says ok', async (url) => {
    const answer = await testServer().app.inject({ url });
    expect(answer).toMatchObject({ statusCode: 200, body: 'ok\n' });
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  });

  test('/readyz is 503 as long as a check fails, and ?verbose lists the checks; /livez stays', async () => {
    const { app, operator } = testServer();
    operator.state.status.ready = false;
    operator.state.status.checks[0] = { name: 'engine', ok: false, message: 'refused' };
    expect(await app.inject({ url: '/readyz' })).toMatchObject({ statusCode: 503 });
    const verbose = await app.inject({ url: '/readyz?verbose' });
    expect(verbose.body).toBe(
      '[-]engine failed: refused\n[+]desired ok\n[+]history ok\nnot ready\n',
    );
    expect(await app.inject({ url: '/livez' })).toMatchObject({ statusCode: 200 });
  });

  test('/readyz?verbose keeps reasons from callers without a token', async () => {
    const { app, operator } = testServer({ auth: tokens });
    operator.state.status.checks[0] = {
      name: 'engine',
      ok: false,
      message: 'tcp://10.0.0.1 refused',
    };
    const stranger = await app.inject({ url: '/readyz?verbose' });
    expect(stranger.body).toContain('[-]engine failed: reason withheld');
    const reader = await app.inject({ url: '/readyz?verbose', headers: bearer('reader-token') });
    expect(reader.body).toContain('tcp://10.0.0.1 refused');
  });

  test('/metrics is what Prometheus scrapes', async () => {
    const answer = await testServer().app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.body).toContain('skep_build_info{version="0.1.0"} 1');
  });
});

describe('status', () => {
  test('GET status is what the operator says, whole', async () => {
    const { app, operator } = testServer();
    expect((await app.inject({ url: '/api/v1/status' })).json()).toEqual(operator.status());
  });

  test('GET units and resources are lists', async () => {
    const { app, operator } = testServer();
    expect((await app.inject({ url: '/api/v1/units' })).json()).toEqual({
      items: operator.status().units,
      nextCursor: null,
    });
    const nodes = await app.inject({ url: '/api/v1/resources?kind=node&unit=cluster' });
    expect(nodes.json()).toEqual({ items: operator.resources({ kind: 'node' }), nextCursor: null });
    expect(nodes.json().items).toHaveLength(5);
  });

  test('GET a unit brings its objects and the findings in its files', async () => {
    const unit = (await testServer().app.inject({ url: '/api/v1/units/shop' })).json();
    expect(unit).toMatchObject({ name: 'shop', diagnostics: [{ place: { line: 7 } }] });
    expect(unit.resources.map(({ unit }: { unit: string }) => unit)).toEqual(Array(5).fill('shop'));
  });

  test('a client that has the same bytes gets 304, and the new ones after a change', async () => {
    const { app, operator } = testServer();
    const first = await app.inject({ url: '/api/v1/units' });
    const headers = { 'if-none-match': `"other", W/${first.headers.etag}` };
    const same = await app.inject({ url: '/api/v1/units', headers });
    expect(same).toMatchObject({ statusCode: 304, body: '' });
    expect(same.headers.etag).toBe(first.headers.etag);
    operator.state.status.units.pop();
    expect(await app.inject({ url: '/api/v1/units', headers })).toMatchObject({ statusCode: 200 });
  });

  test('suspend and resume say whether anything changed, and who asked', async () => {
    const { app, operator } = testServer({ auth: tokens });
    const headers = bearer('admin-token');
    const suspended = await app.inject({
      method: 'POST',
      url: '/api/v1/units/shop/suspend',
      headers,
    });
    expect(suspended.json()).toEqual({ unit: 'shop', suspended: true, changed: true });
    const resumed = await app.inject({ method: 'POST', url: '/api/v1/units/shop/resume', headers });
    expect(resumed.json()).toEqual({ unit: 'shop', suspended: false, changed: false });
    expect(operator.asked).toEqual([
      { suspend: 'shop', by: 'api:ann' },
      { resume: 'shop', by: 'api:ann' },
    ]);
  });

  test('all are suspended and resumed in one go', async () => {
    const { app, operator } = testServer();
    const suspended = await app.inject({ method: 'POST', url: '/api/v1/suspend' });
    expect(suspended.json()).toEqual({ suspended: true });
    operator.state.status.suspended = true;
    const one = await app.inject({ method: 'POST', url: '/api/v1/units/shop/resume' });
    expect(one.json()).toMatchObject({ suspended: true });
    await app.inject({ method: 'POST', url: '/api/v1/resume' });
    expect(operator.asked).toEqual([
      { suspend: null, by: 'api' },
      { resume: 'shop', by: 'api' },
      { resume: null, by: 'api' },
    ]);
  });
});

describe('reconcile', () => {
  test('GET plan passes the unit on, and (sensitive) stays', async () => {
    const { app, operator } = testServer();
    const answer = await app.inject({ url: '/api/v1/plan?unit=shop' });
    expect(operator.asked).toEqual([{ plan: { unit: 'shop' } }]);
    expect(answer.json().actions[0].changes).toEqual([
      { path: 'TaskTemplate.ContainerSpec.Env.PASSWORD', from: '(sensitive)', to: '(sensitive)' },
    ]);
  });

  test('POST plan lays files over the directory', async () => {
    const { app, operator } = testServer();
    const payload = { files: { 'stacks/a.yaml': 'services: {}' }, allow: { prune: true } };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/plan', payload });
    expect(answer.statusCode).toBe(200);
    expect(operator.asked).toEqual([{ plan: payload }]);
  });

  test.each(['/etc/passwd', '../x.yaml', 'a/../../x', 'a\\b', './x', '', 'a\0b'])(
    'POST plan refuses the path %j',
    async (path) => {
      const { app, operator } = testServer();
      const payload = { files: { [path]: 'x' } };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/plan', payload });
      expect(answer.json()).toMatchObject({ code: 'invalid-request', errors: [{ in: 'body' }] });
      expect(operator.asked).toEqual([]);
    },
  );

  test('POST plan takes 1 MB of files, and POST reconcile does not', async () => {
    const { app } = testServer();
    const payload = { files: { 'a.yaml': 'x'.repeat(1024 * 1024) } };
    expect(await app.inject({ method: 'POST', url: '/api/v1/plan', payload })).toMatchObject({
      statusCode: 200,
    });
    const answer = await app.inject({ method: 'POST', url: '/api/v1/reconcile', payload });
    expect(answer.json()).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  test('POST reconcile answers 202 at once, for all units when there is no body', async () => {
    const { app, operator } = testServer();
    const answer = await app.inject({ method: 'POST', url: '/api/v1/reconcile' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json().units).toContain('shop');
    expect(operator.asked).toEqual([{ reconcile: { allow: {}, by: 'api', wait: false } }]);
  });

  test('POST reconcile?wait=true answers 200 with what the runs came to', async () => {
    const { app } = testServer();
    const payload = { units: ['shop'] };
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/reconcile?wait=true',
      payload,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      request: 'q1',
      units: ['shop'],
      outcomes: { shop: { result: 'ready' } },
    });
  });

  test('what passes a guard needs an admin', async () => {
    const { app, operator } = testServer({ auth: tokens });
    const send = (token: string, allow: object, query = '') =>
      app.inject({
        method: 'POST',
        url: `/api/v1/reconcile${query}`,
        headers: bearer(token),
        payload: { units: ['shop'], allow },
      });
    const refused = await send('operator-token', { prune: true });
    expect(refused.json()).toMatchObject({ code: 'forbidden' });
    expect(await send('operator-token', {}, '?allow=prune')).toMatchObject({ statusCode: 403 });
    expect(await send('operator-token', { prune: false })).toMatchObject({ statusCode: 202 });
    expect(await send('admin-token', {}, '?allow=prune,force')).toMatchObject({ statusCode: 202 });
    expect(operator.asked.at(-1)).toMatchObject({
      reconcile: { allow: { prune: true, force: true }, by: 'api:ann' },
    });
    expect(await send('admin-token', {}, '?allow=all')).toMatchObject({ statusCode: 400 });
  });
});

describe('history', () => {
  test('pages go on where the one before stopped', async () => {
    const { app } = testServer();
    const first = (await app.inject({ url: '/api/v1/history?limit=3' })).json();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['c4', 'c3', 'c2']);
    const rest = (await app.inject({ url: `/api/v1/history?cursor=${first.nextCursor}` })).json();
    expect(rest).toMatchObject({ items: [{ id: 'c1' }], nextCursor: null });
  });

  test('filters are passed on', async () => {
    const { app } = testServer();
    const runs = (await app.inject({ url: '/api/v1/history?unit=shop&result=stalled' })).json();
    expect(runs.items).toMatchObject([{ id: 'c4' }]);
    const drift = (await app.inject({ url: '/api/v1/drift?unit=counter' })).json();
    expect(drift.items).toMatchObject([{ id: 'd1' }]);
  });

  test('a run brings its changes, field by field', async () => {
    const { app, operator } = testServer();
    const run = (await app.inject({ url: '/api/v1/history/c4' })).json();
    expect(run).toEqual(operator.history.run('c4'));
    expect(run.changes[0].changes[1]).toEqual({
      path: 'TaskTemplate.ContainerSpec.Env.DATABASE_URL',
      from: '(sensitive)',
      to: '(sensitive)',
    });
  });
});

describe('tokens', () => {
  test('GET tokens shows schedules and fingerprints only', async () => {
    const answer = await testServer().app.inject({ url: '/api/v1/tokens' });
    expect(answer.json().items).toMatchObject([
      { role: 'worker', fingerprint: '9f86d081884c7d65' },
      { role: 'manager' },
    ]);
    expect(answer.body).not.toContain('SWMTKN');
  });

  test('POST rotate rotates the role', async () => {
    const { app, operator } = testServer();
    const answer = await app.inject({ method: 'POST', url: '/api/v1/tokens/manager/rotate' });
    expect(answer.json()).toMatchObject({ role: 'manager', result: 'done' });
    expect(operator.asked).toEqual([{ rotate: 'manager', by: 'api' }]);
  });

  test('there is no way to a join token unless one is configured', async () => {
    const { app } = testServer({ auth: tokens });
    const answer = await app.inject({
      url: '/api/v1/tokens/worker/join',
      headers: bearer('join-token'),
    });
    expect(answer.json()).toMatchObject({ code: 'not-found' });
  });

  test('a join token goes to the scope join alone, and into no log', async () => {
    const secret = 'SWMTKN-1-worker';
    const { app, logged } = testServer({ auth: tokens, howToJoin });
    const get = (token: string) =>
      app.inject({ url: '/api/v1/tokens/worker/join', headers: bearer(token) });
    expect((await get('admin-token')).json()).toMatchObject({ code: 'forbidden' });
    const answer = await get('join-token');
    expect(answer.json()).toEqual(await howToJoin('worker'));
    expect(answer.json()).toMatchObject({ role: 'worker', token: secret });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(logged.join('')).toContain('join token handed out');
    expect(logged.join('')).not.toContain(secret);
  });

  test('the address to be reached at goes into the command, and nothing else does', async () => {
    const { app } = testServer({ auth: tokens, howToJoin });
    const get = (advertise: string) =>
      app.inject({
        url: '/api/v1/tokens/manager/join',
        query: { advertise },
        headers: bearer('join-token'),
      });
    expect((await get('10.0.0.9')).json().command).toContain('--advertise-addr 10.0.0.9 ');
    for (const bad of ['a b', '$(id)', '--token', 'a;b', '']) {
      expect((await get(bad)).json(), bad).toMatchObject({ code: 'invalid-request' });
    }
  });

  test('without credentials nobody is handed a join token, not even on loopback', async () => {
    const { app } = testServer({ howToJoin });
    const answer = await app.inject({ url: '/api/v1/tokens/worker/join' });
    expect(answer.json()).toMatchObject({ code: 'forbidden' });
  });
});
