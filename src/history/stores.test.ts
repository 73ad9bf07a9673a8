import { array, assert, integer, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { finishedRun, temporaryHistory } from './history.fixture.ts';
import type { DeliveryRow, History, NewChange } from './history.ts';
import { BadCursor } from './history-error.ts';

const update: NewChange = {
  kind: 'service',
  name: 'shop_web',
  action: 'update',
  reason: 'image differs',
  changes: [
    { path: 'TaskTemplate.ContainerSpec.Image', from: 'web:1', to: 'web:2' },
    { path: 'TaskTemplate.ContainerSpec.Env.PASSWORD', from: '(sensitive)', to: '(sensitive)' },
  ],
  at: 11,
};

function everyPage(
  read: (cursor?: string) => { items: { id: string }[]; nextCursor: string | null },
) {
  const ids: string[] = [];
  let page = read();
  for (;;) {
    ids.push(...page.items.map((item) => item.id));
    if (page.nextCursor === null) return ids;
    page = read(page.nextCursor);
  }
}

test('a run keeps its changes in order, with what came of each', () => {
  const history = temporaryHistory();
  const run = history.startRun({ unit: 'shop', trigger: 'files', revision: 'r1', at: 10 });
  const first = history.startChange(run, update);
  const second = history.startChange(run, { ...update, name: 'shop_api' });
  history.finishChange(first, { at: 12, result: 'done' });
  history.finishChange(second, { at: 13, result: 'failed', error: 'no such network' });
  history.finishRun(run, {
    at: 14,
    outcome: { result: 'retry', reason: 'EngineRefused', message: 'no such network' },
  });
  expect(history.run(run)).toEqual({
    id: run,
    unit: 'shop',
    trigger: 'files',
    revision: 'r1',
    startedAt: 10,
    finishedAt: 14,
    result: 'retry',
    reason: 'EngineRefused',
    message: 'no such network',
    changes: [
      expect.objectContaining({ id: first, changes: update.changes, result: 'done', error: null }),
      expect.objectContaining({
        id: second,
        result: 'failed',
        error: 'no such network',
        finishedAt: 13,
      }),
    ],
  });
  expect(history.run('none')).toBeUndefined();
});

test('(sensitive) stays, and what looks like a token or a key is taken out all the same', () => {
  const history = temporaryHistory();
  const run = history.startRun({ unit: 'cluster', trigger: 'cron', revision: 'r1', at: 1 });
  const token =
    'SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-7p73s1dx5in4tatdymyhg9hu2';
  const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----';
  const change = history.startChange(run, {
    ...update,
    reason: `joined with ${token}`,
    changes: [...update.changes, { path: 'JoinTokens', from: { Worker: token }, to: [key] }],
  });
  history.finishChange(change, { at: 2, result: 'failed', error: `invalid token ${token}` });
  history.finishRun(run, {
    at: 3,
    outcome: { result: 'stalled', reason: 'Refused', message: key },
  });
  const read = history.run(run);
  expect(JSON.stringify(read)).not.toMatch(/SWMTKN|MIIEvQ/);
  expect(read?.message).toBe('(sensitive)');
  expect(read?.changes[0]?.reason).toBe('joined with (sensitive)');
  expect(read?.changes[0]?.changes).toEqual([
    ...update.changes,
    { path: 'JoinTokens', from: { Worker: '(sensitive)' }, to: ['(sensitive)'] },
  ]);
});

test('a side of a change that is not there is null, not gone', () => {
  const history = temporaryHistory();
  const run = history.startRun({ unit: 'shop', trigger: 'files', revision: 'r1', at: 1 });
  history.startChange(run, {
    ...update,
    changes: [{ path: 'Labels.a', from: undefined, to: 'b' }],
  });
  expect(history.run(run)?.changes[0]?.changes).toEqual([
    { path: 'Labels.a', from: null, to: 'b' },
  ]);
});

test('runs are listed newest first, by unit and by result', () => {
  const history = temporaryHistory();
  const a = finishedRun(history, 'a', 10);
  const b = finishedRun(history, 'b', 20);
  const open = history.startRun({ unit: 'a', trigger: 'timer', revision: 'r2', at: 30 });
  const ids = (query: Parameters<History['runs']>[0]) =>
    history.runs(query).items.map((item) => item.id);
  expect(ids({})).toEqual([open, b, a]);
  expect(ids({ unit: 'a' })).toEqual([open, a]);
  expect(ids({ result: 'ready' })).toEqual([b, a]);
  expect(ids({ unit: 'a', result: 'running' })).toEqual([open]);
  expect(ids({ unit: 'none' })).toEqual([]);
});

test('pages together hold every run once, in order, whatever the times and the size of a page', () => {
  assert(
    property(
      array(integer({ min: 1, max: 3 }), { maxLength: 12 }),
      integer({ min: 1, max: 5 }),
      (steps, limit) => {
        const history = temporaryHistory();
        let at = 1_700_000_000_000;
        const made = steps.map((step) => finishedRun(history, 'a', (at += step - 1)));
        const read = everyPage((cursor) =>
          history.runs(cursor === undefined ? { limit } : { limit, cursor }),
        );
        expect(read).toEqual(made.toReversed());
      },
    ),
    { numRuns: 25 },
  );
});

test('a page goes on where it stopped although newer runs came in between', () => {
  const history = temporaryHistory();
  const old = [finishedRun(history, 'a', 1), finishedRun(history, 'a', 2)];
  const { nextCursor } = history.runs({ limit: 1 });
  finishedRun(history, 'a', 3);
  expect(history.runs({ cursor: nextCursor ?? '' }).items.map((item) => item.id)).toEqual([old[0]]);
});

test.each([
  ['empty', ''],
  ['not base64', '%%%'],
  ['SQL', Buffer.from("runs:' OR 1=1 --").toString('base64url')],
  ['of another list', Buffer.from(`drift:${'0'.repeat(24)}`).toString('base64url')],
])('a cursor that is %s is refused', (_name, cursor) => {
  expect(() => temporaryHistory().runs({ cursor })).toThrow(BadCursor);
});

test('no text that was made up is taken for a cursor', () => {
  const history = temporaryHistory();
  finishedRun(history, 'a', 1);
  assert(
    property(string(), (cursor) => {
      expect(() => history.runs({ cursor })).toThrow(BadCursor);
    }),
  );
});

test.each([
  [0, 1],
  [-5, 1],
  [2.9, 2],
  [undefined, 3],
  [10_000, 3],
])('a limit of %s gives %s of 3', (limit, count) => {
  const history = temporaryHistory();
  for (let at = 0; at < 3; at++) finishedRun(history, 'a', at);
  const query = limit === undefined ? {} : { limit };
  expect(history.runs(query).items).toHaveLength(count);
});

test('drift keeps one open row for each object, and its time, until it is settled', () => {
  const history = temporaryHistory();
  const drift = { unit: 'a', kind: 'service', name: 'a_web', settledAt: null } as const;
  history.recordDrift({ ...drift, at: 1, changes: [{ path: 'Mode', from: 1, to: 2 }] });
  history.recordDrift({ ...drift, at: 2, changes: [{ path: 'Mode', from: 1, to: 3 }] });
  history.recordDrift({ ...drift, at: 2, unit: 'b', name: 'b_web', changes: [] });
  expect(history.drift({ unit: 'a' }).items).toEqual([
    { ...drift, id: expect.any(String), at: 1, changes: [{ path: 'Mode', from: 1, to: 3 }] },
  ]);
  history.settleDrift('a', 'service', 'a_web', 3);
  history.settleDrift('a', 'service', 'a_web', 4);
  history.recordDrift({ ...drift, at: 5, changes: [] });
  const rows = history.drift({ unit: 'a' }).items.map(({ at, settledAt }) => ({ at, settledAt }));
  expect(rows).toEqual([
    { at: 5, settledAt: null },
    { at: 1, settledAt: 3 },
  ]);
});

test('an object has one owner, and only its owner gives it up', () => {
  const history = temporaryHistory();
  const web = { kind: 'service', name: 'web', id: 'x1', state: { hash: 'h1' } } as const;
  const node = { unit: 'cluster', kind: 'node', name: 'n1', state: { labels: ['zone'] } } as const;
  history.own({ ...web, unit: 'a' }, 1);
  history.own(node, 1);
  expect(history.owned()).toEqual([{ ...web, unit: 'a' }, node]);
  history.own({ ...web, unit: 'b', state: { hash: 'h2' } }, 2);
  history.disown('a', 'service', 'web');
  expect(history.owned()).toEqual([{ ...web, unit: 'b', state: { hash: 'h2' } }, node]);
  history.disown('b', 'service', 'web');
  expect(history.owned()).toEqual([node]);
});

test('the last rotation is the last one done, and a rotation that a crash left open can still be finished', () => {
  const history = temporaryHistory();
  const start = { role: 'worker', slot: 100, trigger: 'schedule', before: 'aa' } as const;
  const done = history.startRotation({ ...start, at: 1 });
  history.finishRotation(done, { at: 2, result: 'done', after: 'bb' });
  const failed = history.startRotation({ ...start, slot: null, at: 3 });
  history.finishRotation(failed, { at: 4, result: 'failed', error: 'no leader' });
  const open = history.startRotation({ ...start, at: 5 });
  expect(history.interrupted(6)).toEqual([]);
  expect(history.lastRotation('worker')).toMatchObject({
    id: done,
    slot: 100,
    after: 'bb',
    result: 'done',
  });
  expect(history.lastRotation('manager')).toBeUndefined();
  expect(history.rotations({ role: 'worker' }).items.map(({ id, result }) => [id, result])).toEqual(
    [
      [open, 'running'],
      [failed, 'failed'],
      [done, 'done'],
    ],
  );
  expect(history.openRotations().map(({ id }) => id)).toEqual([open]);
  history.finishRotation(open, { at: 7, result: 'done', after: 'cc' });
  expect(history.openRotations()).toEqual([]);
  history.startRotation({ ...start, role: 'unlock-key', at: 8 });
  expect(history.lastRotation('worker')?.id).toBe(open);
  expect(history.rotations({ role: 'manager' }).items).toEqual([]);
  expect(history.rotations({ role: 'unlock-key' }).items).toHaveLength(1);
});

test('the state of a unit is kept until it is forgotten', () => {
  const history = temporaryHistory();
  const state = { suspended: true, appliedRevision: null, refused: { a_web: 'hash' } };
  expect(history.unitState('a')).toBeUndefined();
  history.saveUnitState('a', state);
  history.saveUnitState('a', { ...state, appliedRevision: 'r2' });
  expect(history.unitState('a')).toEqual({ ...state, appliedRevision: 'r2' });
  history.forgetUnit('a');
  expect(history.unitState('a')).toBeUndefined();
});

test('drift and rotations are bounded by their number as well', () => {
  const history = temporaryHistory();
  for (const at of [1, 2, 3, 4]) {
    history.recordDrift({ unit: 'a', kind: 'node', name: 'n', changes: [], at, settledAt: at });
    const rotation = history.startRotation({
      role: 'worker',
      slot: at,
      trigger: 'cron',
      before: 'a',
      at,
    });
    history.finishRotation(rotation, { at, result: 'done', after: 'b' });
  }
  history.trim({ before: 0, keep: 2 });
  expect(history.drift({}).items.map(({ at }) => at)).toEqual([4, 3]);
  expect(history.rotations({}).items.map(({ slot }) => slot)).toEqual([4, 3]);
});

test('trimming takes what is old or too much, with its changes, and nothing that is open or still needed', () => {
  const history = temporaryHistory();
  const open = history.startRun({ unit: 'a', trigger: 'timer', revision: 'r', at: 1 });
  const old = finishedRun(history, 'a', 2);
  const kept = [100, 101, 102].map((at) => finishedRun(history, 'a', at));
  const other = finishedRun(history, 'b', 100);
  history.recordDrift({ unit: 'a', kind: 'node', name: 'n', changes: [], at: 1, settledAt: 2 });
  history.recordDrift({ unit: 'a', kind: 'node', name: 'n', changes: [], at: 3, settledAt: null });
  const rotation = history.startRotation({
    role: 'worker',
    slot: 1,
    trigger: 'cron',
    before: 'a',
    at: 1,
  });
  history.finishRotation(rotation, { at: 2, result: 'done', after: 'b' });
  const failed = history.startRotation({
    role: 'worker',
    slot: 1,
    trigger: 'cron',
    before: 'b',
    at: 3,
  });
  history.finishRotation(failed, { at: 4, result: 'failed' });

  history.trim({ before: 50, keep: 2 });
  expect(history.runs({}).items.map((item) => item.id)).toEqual(
    [kept[2], kept[1], other, open].toSorted((a, b) => (String(a) < String(b) ? 1 : -1)),
  );
  expect(history.run(old)).toBeUndefined();
  expect(history.drift({}).items).toMatchObject([{ at: 3 }]);
  expect(history.rotations({}).items.map((item) => item.id)).toEqual([rotation]);
});

test('a delivery is one row for each target, without anything that looks like a token', () => {
  const history = temporaryHistory();
  const row: DeliveryRow = {
    subject: 'worker',
    target: 'a1b2',
    wanted: '9f86d081884c7d65',
    state: 'pending',
    since: 5,
    attempts: 1,
    nextAttemptAt: 6,
    delivered: null,
    deliveredAt: null,
    error: 'the receiver answered 500 to SWMTKN-1-abc-def',
  };
  history.saveDelivery(row);
  const pending = { ...row, error: 'the receiver answered 500 to (sensitive)' };
  expect(history.deliveries()).toEqual([pending]);
  const done: DeliveryRow = { ...row, state: 'delivered', nextAttemptAt: null, error: null };
  history.saveDelivery(done);
  history.saveDelivery({ ...done, subject: 'unlock-key' });
  expect(history.deliveries()).toEqual([{ ...done, subject: 'unlock-key' }, done]);
  history.forgetDelivery(done);
  expect(history.deliveries()).toEqual([{ ...done, subject: 'unlock-key' }]);
});
