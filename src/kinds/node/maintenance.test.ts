import { describe, expect, test } from 'vitest';
import { aNode, aService, aWorld, idOf } from '../../../test/unit/world.ts';
import type { DesiredNode } from '../../desired/desired.ts';
import type { NodeSettings } from '../../spec/cluster.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { node } from '../node.ts';
import { maintenanceHeld } from './maintenance-guard.ts';

const maintenance = { cron: '0 3 * * *', for: 3_600_000_000_000 };
const within = Date.parse('2026-11-20T03:30:00Z');
const outside = Date.parse('2026-11-20T04:00:00Z');
const note = 'skep.before-maintenance';

function wish(name: string, settings: NodeSettings = {}): DesiredNode {
  return {
    kind: 'node',
    unit: 'cluster',
    name,
    options: {},
    settings: { maintenance, ...settings },
  };
}

function planned(live: SwarmNode, now: number, settings?: NodeSettings, rest?: Partial<World>) {
  const desired = wish('w1', settings);
  const world = aWorld({ nodes: [live] }, { now, ...rest });
  const action = node.plan(desired, world);
  const write = action?.writes[0];
  const spec = write?.call === 'node.update' ? write.spec : undefined;
  return spec && { is: spec.Availability, labels: spec.Labels, scheduled: action?.scheduled };
}

const drained = (before: string) =>
  aNode('w1', { Availability: 'drain', Labels: { [note]: before, disk: 'ssd' } });

describe('a maintenance window', () => {
  test('drains a node, and the node remembers what it had', () => {
    expect(planned(aNode('w1'), within)).toEqual({
      is: 'drain',
      labels: { [note]: 'active' },
      scheduled: true,
    });
    expect(planned(aNode('w1', { Availability: 'pause' }), within)?.labels).toEqual({
      [note]: 'pause',
    });
    expect(planned(aNode('w1'), outside)).toBeUndefined();
  });

  test('is left alone while it is open', () => {
    expect(planned(drained('active'), within)).toBeUndefined();
  });

  test('gives back what the node had, or what the files declare', () => {
    const restored = { is: 'pause', labels: { disk: 'ssd' }, scheduled: true };
    expect(planned(drained('pause'), outside)).toEqual(restored);
    const declared = planned(drained('pause'), outside, { availability: 'active' });
    expect(declared).toEqual({ ...restored, is: 'active' });
  });

  test('that the files have no more ends at once', () => {
    const world = aWorld({ nodes: [drained('active')] }, { now: within });
    const kept = { ...wish('w1'), settings: {} };
    const back = [{ spec: { Availability: 'active', Labels: { disk: 'ssd' } } }];
    expect(node.plan(kept, world)?.writes).toMatchObject(back);
    const row = { unit: 'cluster', kind: 'node' as const, name: idOf('w1'), state: { labels: [] } };
    expect(node.remove?.(row, world)?.writes).toMatchObject(back);
  });

  test('that somebody ended by hand is opened again, as drift', () => {
    const ended = aNode('w1', { Labels: { [note]: 'active' } });
    expect(planned(ended, within)).toEqual({
      is: 'drain',
      labels: { [note]: 'active' },
      scheduled: undefined,
    });
  });

  test('changes nothing on a node that is drained anyway', () => {
    const byHand = aNode('w1', { Availability: 'drain' });
    expect(planned(byHand, within)).toBeUndefined();
    expect(planned(byHand, outside)).toBeUndefined();
    expect(planned(byHand, within, { availability: 'drain' })).toBeUndefined();
  });

  test('that has to wait says so, and the rest is written', () => {
    const held = { maintenanceHeld: new Set([idOf('w1')]) };
    const world = aWorld({ nodes: [aNode('w1')] }, { now: within, ...held });
    expect(node.plan(wish('w1'), world)).toMatchObject({
      action: 'blocked',
      waiting: true,
      condition: 'MaintenanceHeld',
      changes: [],
      reason: expect.stringContaining('2026-11-20T04:00:00') as string,
    });
    const labels = { disk: 'ssd' };
    expect(planned(aNode('w1'), within, { labels }, held)).toMatchObject({ is: 'active', labels });
  });
});

describe('windows at the same time', () => {
  const manager = (name: string) => aNode(name, { Role: 'manager' });
  const held = (
    wishes: DesiredNode[],
    nodes: SwarmNode[],
    services = [aService({ Name: 'a', TaskTemplate: {} })],
  ) => [...maintenanceHeld(wishes, aWorld({ nodes, services }).snapshot, within)];
  const all = ['m1', 'w1', 'w2'].map((name) => wish(name));
  const swarm = [manager('m1'), aNode('w1'), aNode('w2')];

  test('leave one active node, and always the same', () => {
    expect(held(all, swarm)).toEqual([idOf('m1')]);
    const later = [manager('m1'), aNode('w1', { Availability: 'drain' }), aNode('w2')];
    expect(held(all, later)).toEqual([idOf('m1')]);
    expect(held(all.slice(1), swarm)).toEqual([]);
  });

  test('count on no node that is down, paused, or declared to be drained', () => {
    const down = { Status: { State: 'down' } };
    expect(held(all.slice(2), [aNode('w1', {}, down), aNode('w2')])).toEqual([idOf('w2')]);
    const paused = aNode('w1', { Availability: 'pause' });
    expect(held(all.slice(2), [paused, aNode('w2')])).toEqual([idOf('w2')]);
    const wishes = [wish('w1', { availability: 'drain' }), wish('w2')];
    expect(held(wishes, swarm.slice(1))).toEqual([idOf('w2')]);
  });

  test('leave one active manager while a service runs on managers alone', () => {
    const Placement = { Constraints: ['node.role == manager'] };
    const pinned = [aService({ Name: 'a', TaskTemplate: { Placement } })];
    const nodes = [manager('m1'), manager('m2'), aNode('w1')];
    const wishes = [wish('m1'), wish('m2')];
    expect(held(wishes, nodes)).toEqual([]);
    expect(held(wishes, nodes, pinned)).toEqual([idOf('m1')]);
  });
});
