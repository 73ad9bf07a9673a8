import { describe, expect, test } from 'vitest';
import { aNode, aSwarm, aWorld } from '../../test/unit/world.ts';
import type { DesiredToken } from '../desired/desired.ts';
import type { OwnedObject } from './kind.ts';
import { token } from './token.ts';

const wish: DesiredToken = {
  kind: 'token',
  unit: 'cluster',
  name: 'worker',
  options: {},
  schedule: { rotate: '0 3 * * *' },
};
const at = (text: string) => Date.parse(text);
const row = (since: string, rotate = '0 3 * * *') => ({
  unit: 'cluster',
  kind: 'token' as const,
  name: 'worker',
  state: { rotate, timezone: 'UTC', since: at(since) },
});

function planned(owned: OwnedObject[], rest: object = {}, labels = {}) {
  const swarm = { ...aSwarm({ Labels: labels }), ...rest };
  return token.plan(wish, aWorld({ swarm }, { owned, now: at('2026-11-20T12:00:00Z') }));
}

describe('a join token', () => {
  test('is rotated for the slot that has passed, and the Swarm remembers it with the same call', () => {
    const action = planned([row('2026-11-18T12:00:00Z')]);
    expect(action).toMatchObject({
      action: 'update',
      changes: [{ path: 'fingerprint', from: expect.stringMatching(/^[0-9a-f]{16}$/) }],
      writes: [
        {
          call: 'swarm.update',
          version: 7,
          spec: { Labels: { 'skep.rotated.worker': '2026-11-20T03:00:00.000Z' } },
          rotate: { worker: true },
        },
      ],
    });
    expect(JSON.stringify(action)).not.toContain('SWMTKN');
  });

  test('is not rotated twice for one slot, whatever the inventory has lost', () => {
    const labels = { 'skep.rotated.worker': '2026-11-20T03:00:00.000Z' };
    expect(planned([row('2026-11-18T12:00:00Z')], {}, labels)).toBeUndefined();
  });

  test('owes nothing for the time before its schedule was written', () => {
    expect(planned([])).toBeUndefined();
    const taken = { 'skep.rotated.worker': '2026-11-20T04:00:00.000Z' };
    expect(planned([row('2026-11-18T12:00:00Z', '30 4 * * *')], {}, taken)).toMatchObject({
      reason: 'The slot of 2026-11-20T04:30:00.000Z is due.',
    });
    expect(planned([row('2026-11-18T12:00:00Z', '0 4 * * *')], {}, taken)).toBeUndefined();
  });

  test('takes a slot that had come before its schedule was changed, once', () => {
    const other = [row('2026-11-18T12:00:00Z', '0 4 * * *')];
    const reason = 'The slot of 2026-11-20T04:00:00.000Z is due.';
    expect(planned(other)).toMatchObject({ reason });
    const noted = token.own!(wish, aWorld({}, { owned: other }));
    expect(noted.state).toMatchObject({
      rotate: '0 3 * * *',
      since: aWorld().now,
      owed: at('2026-11-20T04:00:00Z'),
    });
    expect(planned([noted])).toMatchObject({ reason });
    const labels = { 'skep.rotated.worker': '2026-11-20T04:00:00.000Z' };
    expect(planned([noted], {}, labels)).toBeUndefined();
  });

  test('that a clock ahead of time saw first counts from when that clock went back', () => {
    const ahead = row('2026-12-24T00:00:00Z');
    const noted = token.own!(wish, aWorld({}, { owned: [ahead] }));
    expect(noted.state.since).toBe(aWorld().now);
    const next = { owned: [noted], now: at('2026-11-21T03:00:00Z') };
    expect(token.plan(wish, aWorld({}, next))).toMatchObject({ action: 'update' });
  });

  test('whose rows are lost counts from the slot that the Swarm remembers', () => {
    const labels = { 'skep.rotated.worker': '2026-11-19T03:00:00.000Z' };
    expect(planned([], {}, labels)).toMatchObject({
      reason: 'The slot of 2026-11-20T03:00:00.000Z is due.',
    });
  });

  test('whose labels are lost is not rotated again for the slot that its row remembers', () => {
    const labels = { 'skep.rotated.worker': '2026-11-20T03:00:00.000Z' };
    const before = aWorld(
      { swarm: aSwarm({ Labels: labels }) },
      { owned: [row('2026-11-18T12:00:00Z')] },
    );
    expect(planned([token.own!(wish, before)])).toBeUndefined();
  });

  test('that somebody else rotated is noticed, and `every` counts from there', () => {
    const every = { ...wish, schedule: { every: 86_400_000_000_000 } };
    const look = (owned: OwnedObject[], now: string, swarm = aSwarm()) =>
      token.own!(every, aWorld({ swarm }, { owned, now: at(now) }));
    const rotated = { ...aSwarm(), JoinTokens: { Worker: 'SWMTKN-1-new', Manager: '' } };
    const first = look([], '2026-11-20T12:00:00Z');
    const second = look([first], '2026-11-20T18:00:00Z', rotated);
    expect(second.state).toMatchObject({ rotatedAt: at('2026-11-20T18:00:00Z') });
    expect(look([second], '2026-11-20T19:00:00Z', rotated)).toEqual(second);
    const plan = (now: string) =>
      token.plan(every, aWorld({ swarm: rotated }, { owned: [second], now: at(now) }));
    expect(plan('2026-11-21T17:59:59Z')).toBeUndefined();
    expect(plan('2026-11-21T18:00:00Z')).toMatchObject({ action: 'update' });
  });

  test('leaves its labels in the Swarm no longer than its place in the files', () => {
    const labels = {
      'skep.rotated.worker': '2026-11-20T03:00:00.000Z',
      'skep.rotated-at.worker': '2026-11-20T03:00:01.000Z',
      'skep.rotated.manager': '2026-11-20T03:00:00.000Z',
      theirs: '1',
    };
    const owned = row('2026-11-18T12:00:00Z');
    const action = token.remove!(owned, aWorld({ swarm: aSwarm({ Labels: labels }) }));
    const { 'skep.rotated.manager': manager, theirs } = labels;
    expect(action?.writes).toEqual([
      {
        call: 'swarm.update',
        version: 7,
        spec: { ...aSwarm().Spec, Labels: { 'skep.rotated.manager': manager, theirs } },
      },
    ]);
    expect(token.remove!(owned, aWorld())).toBeUndefined();
  });

  test('remembers since when its schedule counts', () => {
    const first = token.own?.(wish, aWorld());
    expect(first?.state.since).toBe(aWorld().now);
    const later = aWorld({}, { owned: first ? [first] : [], now: aWorld().now + 1000 });
    expect(token.own?.(wish, later)).toStrictEqual(first);
  });

  test('waits for the end of a renewal of the root certificate', () => {
    expect(planned([row('2026-11-18T12:00:00Z')], { RootRotationInProgress: true })).toMatchObject({
      action: 'blocked',
      waiting: true,
      writes: [],
    });
  });
});

describe('the unlock key', () => {
  const key: DesiredToken = { ...wish, name: 'unlock-key' };
  const owned = [{ ...row('2026-11-18T12:00:00Z'), name: 'unlock-key' }];
  const now = at('2026-11-20T12:00:00Z');
  const manager = (Reachability: string) =>
    aNode('m1', { Role: 'manager' }, { ManagerStatus: { Reachability } });
  const look = (autolock: boolean, reachability = 'reachable', rest: object = {}) => {
    const swarm = { ...aSwarm({ EncryptionConfig: { AutoLockManagers: autolock } }), ...rest };
    return token.plan(key, aWorld({ swarm, nodes: [manager(reachability)] }, { owned, now }));
  };

  test('is rotated for its slot, and nothing of it is shown', () => {
    expect(look(true)).toMatchObject({
      action: 'update',
      changes: [{ path: 'fingerprint', from: '(sensitive)', to: '(new)' }],
      writes: [
        {
          rotate: { unlockKey: true },
          spec: { Labels: { 'skep.rotated.unlock-key': '2026-11-20T03:00:00.000Z' } },
        },
      ],
    });
    expect(look(true, 'reachable', { RootRotationInProgress: true })?.action).toBe('update');
  });

  test('is not rotated while there is none', () => {
    expect(look(false)).toMatchObject({ aside: true, condition: 'AutolockOff', writes: [] });
  });

  test('is not rotated while a manager cannot be told of it', () => {
    expect(look(true, 'unreachable')).toMatchObject({
      waiting: true,
      condition: 'ManagerUnreachable',
      reason: expect.stringContaining('m1'),
      writes: [],
    });
  });
});
