import { describe, expect, test } from 'vitest';
import { aSwarm, aWorld } from '../../test/unit/world.ts';
import type { DesiredCluster } from '../desired/desired.ts';
import type { ClusterSettings } from '../spec/cluster.ts';
import type { SwarmSpec } from '../swarm/types.ts';
import { cluster } from './cluster.ts';

function wish(settings: ClusterSettings): DesiredCluster {
  return { kind: 'cluster', unit: 'cluster', name: 'cluster', options: {}, settings };
}
const planned = (settings: ClusterSettings, live: SwarmSpec = {}) =>
  cluster.plan(wish(settings), aWorld({ swarm: aSwarm(live) }));

describe("the Swarm's settings", () => {
  test('as declared are left alone', () => {
    expect(
      planned({ task_history_limit: 5, autolock: false, keep_old_snapshots: 0 }),
    ).toBeUndefined();
  });

  test('are sent back whole, with what is declared written in', () => {
    const swarm = aSwarm();
    expect(planned({ task_history_limit: 1 })).toMatchObject({
      changes: [{ path: 'task_history_limit', from: 5, to: 1 }],
      writes: [
        {
          call: 'swarm.update',
          version: 7,
          spec: { ...swarm.Spec, Orchestration: { TaskHistoryRetentionLimit: 1 } },
        },
      ],
    });
  });

  test('autolock is not turned on from here, the rest is written', () => {
    const action = planned({ autolock: true });
    expect(action).toMatchObject({ action: 'blocked', writes: [] });
    expect(planned({ autolock: true, task_history_limit: 1 })?.writes).toMatchObject([
      { spec: { EncryptionConfig: { AutoLockManagers: false } } },
    ]);
  });

  test('autolock is turned on by itself, once its key has somewhere to go', () => {
    const wanted = { autolock: true, unlock_key: { deliver: [{ file: '/k' }] } };
    const withLockable = (settings: ClusterSettings, lockable?: true | string) =>
      cluster.plan(
        wish(settings),
        aWorld({ swarm: aSwarm() }, lockable === undefined ? {} : { lockable }),
      );
    expect(withLockable(wanted)).toMatchObject({ action: 'blocked', waiting: true });
    const refused = withLockable(wanted, '/k: no such disk');
    expect(refused).toMatchObject({ action: 'blocked', waiting: true, writes: [] });
    expect(refused?.reason).toContain('/k: no such disk');
    expect(withLockable(wanted, true)).toMatchObject({
      action: 'update',
      writes: [{ spec: { ...aSwarm().Spec, EncryptionConfig: { AutoLockManagers: true } } }],
    });
    const both = withLockable({ ...wanted, task_history_limit: 1 }, true);
    expect(both?.changes.map(({ path }) => path)).toStrictEqual(['task_history_limit']);
    expect(withLockable({ autolock: true }, true)).toMatchObject({ action: 'blocked' });
  });

  test('autolock is turned off', () => {
    const live = { EncryptionConfig: { AutoLockManagers: true } };
    expect(planned({ autolock: false }, live)?.changes).toStrictEqual([
      { path: 'autolock', from: true, to: false },
    ]);
  });

  test('labels of others stay, dropped ones go', () => {
    const swarm = aSwarm({ Labels: { theirs: '1', old: '1', 'skep.rotated.worker': 'x' } });
    const owned = [
      { unit: 'cluster', kind: 'cluster' as const, name: 'cluster', state: { labels: ['old'] } },
    ];
    const action = cluster.plan(wish({ labels: { a: '1' } }), aWorld({ swarm }, { owned }));
    expect(action?.writes).toMatchObject([
      { spec: { Labels: { theirs: '1', a: '1', 'skep.rotated.worker': 'x' } } },
    ]);
    expect(action?.changes.map(({ path }) => path)).toStrictEqual(['labels.a', 'labels.old']);
  });
});
