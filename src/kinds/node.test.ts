import { describe, expect, test } from 'vitest';
import { aNode, aWorld, idOf } from '../../test/unit/world.ts';
import type { DesiredNode } from '../desired/desired.ts';
import type { NodeSettings } from '../spec/cluster.ts';
import type { SwarmNode } from '../swarm/types.ts';
import { node } from './node.ts';

function wish(name: string, settings: NodeSettings): DesiredNode {
  return { kind: 'node', unit: 'cluster', name, options: {}, settings };
}
const manager = (name: string, leader = false) =>
  aNode(
    name,
    { Role: 'manager' },
    { ManagerStatus: { Reachability: 'reachable', Leader: leader } },
  );
const unreachable = (name: string) =>
  aNode(
    name,
    { Role: 'manager' },
    { Status: { State: 'down' }, ManagerStatus: { Reachability: 'unreachable' } },
  );
const down = { Status: { State: 'down' } };

describe('a node', () => {
  test('as declared is left alone', () => {
    const nodes = [aNode('w1', { Labels: { disk: 'ssd', theirs: '1' } })];
    const desired = wish('w1', { role: 'worker', availability: 'active', labels: { disk: 'ssd' } });
    expect(node.plan(desired, aWorld({ nodes }))).toBeUndefined();
  });

  test('gets one update with all that differs; labels of others stay, dropped ones go', () => {
    const live = aNode('w1', { Labels: { disk: 'hdd', old: '1', theirs: '1' } });
    const owned = [
      { unit: 'cluster', kind: 'node' as const, name: live.ID, state: { labels: ['disk', 'old'] } },
    ];
    const desired = wish('w1', { availability: 'drain', labels: { disk: 'ssd' } });
    expect(node.plan(desired, aWorld({ nodes: [live] }, { owned }))?.writes).toStrictEqual([
      {
        call: 'node.update',
        id: live.ID,
        version: 7,
        spec: { Role: 'worker', Availability: 'drain', Labels: { disk: 'ssd', theirs: '1' } },
      },
    ]);
  });

  test('that has not joined is waited for', () => {
    expect(node.plan(wish('w1', {}), aWorld())).toMatchObject({ action: 'blocked', waiting: true });
  });

  test('has its role only when it is among the managers, or no longer', () => {
    const { ManagerStatus: _, ...chosen } = manager('w1');
    expect(node.plan(wish('w1', { role: 'manager' }), aWorld({ nodes: [chosen] }))).toMatchObject({
      action: 'blocked',
      waiting: true,
      condition: 'RoleChanging',
    });
    const dismissed = aNode('w1', {}, { ManagerStatus: { Reachability: 'reachable' } });
    const desired = wish('w1', { role: 'worker' });
    expect(node.plan(desired, aWorld({ nodes: [dismissed] }))?.waiting).toBe(true);
    expect(node.plan(wish('w1', {}), aWorld({ nodes: [dismissed] }))).toBeUndefined();
    const finished = [manager('m1'), aNode('w1')];
    expect(node.plan(desired, aWorld({ nodes: finished }))).toBeUndefined();
  });

  test('that left and came back is the one that is up', () => {
    const nodes = [aNode('w1', {}, { ...down, ID: idOf('old') }), aNode('w1')];
    const action = node.plan(wish('w1', { availability: 'drain' }), aWorld({ nodes }));
    expect(action?.writes).toMatchObject([{ id: idOf('w1') }]);
  });

  test('of a name that two have is not guessed, but may be told by its ID', () => {
    const nodes = [aNode('w1', {}, { ID: idOf('a') }), aNode('w1', {}, { ID: idOf('b') })];
    const action = node.plan(wish('w1', { availability: 'drain' }), aWorld({ nodes }));
    expect(action).toMatchObject({ action: 'blocked', writes: [] });
    expect(action?.waiting).toBeUndefined();
    expect(
      node.plan(wish(idOf('b'), { availability: 'drain' }), aWorld({ nodes }))?.writes,
    ).toMatchObject([{ id: idOf('b') }]);
  });

  test('that no file names any more loses the labels that files gave it, and only these', () => {
    const live = aNode('w1', { Availability: 'drain', Labels: { disk: 'ssd', theirs: '1' } });
    const row = {
      unit: 'cluster',
      kind: 'node' as const,
      name: live.ID,
      state: { labels: ['disk'] },
    };
    expect(node.remove?.(row, aWorld({ nodes: [live] }))?.writes).toMatchObject([
      { spec: { Availability: 'drain', Labels: { theirs: '1' } } },
    ]);
    expect(node.remove?.(row, aWorld({ nodes: [aNode('w1')] }))).toBeUndefined();
  });
});

type Roles = Record<string, 'worker' | 'manager'>;

/** What becomes of each declared role: `yes`, `later` or `no`. */
function verdicts(nodes: SwarmNode[], roles: Roles, force = false): Record<string, string> {
  const world = aWorld(
    { nodes },
    { roles: new Map(Object.entries(roles).map(([name, role]) => [idOf(name), role])), force },
  );
  return Object.fromEntries(
    Object.entries(roles).map(([name, role]) => {
      const action = node.plan(wish(name, { role }), world);
      if (!action) return [name, 'same'];
      return [name, action.action === 'update' ? 'yes' : action.waiting ? 'later' : 'no'];
    }),
  );
}

describe('roles change', () => {
  const three = [manager('m1', true), manager('m2'), manager('m3')];
  const workers = [aNode('w1'), aNode('w2')];

  test('one at a time, from one manager over two to three', () => {
    const roles: Roles = { m1: 'manager', w1: 'manager', w2: 'manager' };
    expect(verdicts([manager('m1', true), ...workers], roles)).toStrictEqual({
      m1: 'same',
      w1: 'yes',
      w2: 'later',
    });
  });

  test('a new manager before the old one goes, the leader last', () => {
    const roles: Roles = { m1: 'worker', m2: 'worker', w1: 'manager', w2: 'manager' };
    expect(verdicts([...three, ...workers], roles)).toStrictEqual({
      m1: 'later',
      m2: 'later',
      w1: 'yes',
      w2: 'later',
    });
    const then = [...three, manager('w1'), aNode('w2')];
    expect(verdicts(then, roles)).toMatchObject({ m1: 'later', m2: 'yes', w2: 'later' });
    const atLast = [manager('m1', true), manager('m3'), manager('w1'), manager('w2')];
    expect(verdicts(atLast, { ...roles, m2: 'worker' })).toMatchObject({ m1: 'yes' });
  });

  test('never to an even or weaker set, unless forced', () => {
    const all = [...three, ...workers];
    expect(verdicts(all, { m3: 'worker' })).toStrictEqual({ m3: 'no' });
    expect(verdicts(all, { m2: 'worker', m3: 'worker' })).toStrictEqual({ m2: 'no', m3: 'no' });
    expect(verdicts(all, { w1: 'manager' })).toStrictEqual({ w1: 'no' });
    expect(verdicts(all, { m3: 'worker' }, true)).toStrictEqual({ m3: 'yes' });
  });

  test('never for the last manager, not even forced', () => {
    expect(verdicts([manager('m1', true), ...workers], { m1: 'worker' }, true)).toStrictEqual({
      m1: 'no',
    });
  });

  test('not while a manager is unreachable, but for that one', () => {
    const nodes = [manager('m1', true), manager('m2'), unreachable('m3'), ...workers];
    expect(verdicts(nodes, { m3: 'worker', w1: 'manager' })).toStrictEqual({
      m3: 'yes',
      w1: 'later',
    });
    expect(verdicts(nodes, { m2: 'worker', w1: 'manager' })).toStrictEqual({
      m2: 'later',
      w1: 'later',
    });
  });

  test('a dead one goes before its successor comes, and once Swarm says that it is down', () => {
    const { ManagerStatus } = unreachable('m3');
    const silent = aNode('m3', { Role: 'manager' }, { ...(ManagerStatus && { ManagerStatus }) });
    const nodes = [manager('m1', true), manager('m2'), silent, ...workers];
    const roles: Roles = { m3: 'worker', w1: 'manager' };
    expect(verdicts(nodes, roles)).toStrictEqual({ m3: 'later', w1: 'later' });
    nodes[2] = unreachable('m3');
    expect(verdicts(nodes, roles)).toStrictEqual({ m3: 'yes', w1: 'later' });
    expect(verdicts([manager('m1', true), manager('m2'), aNode('m3'), ...workers], roles)).toEqual({
      m3: 'same',
      w1: 'yes',
    });
  });

  test('not even by force when too few would answer', () => {
    const nodes = [manager('m1', true), manager('m2'), unreachable('m3'), ...workers];
    expect(verdicts(nodes, { m2: 'worker' }, true)).toStrictEqual({ m2: 'no' });
    const five = [...nodes, manager('m4'), manager('m5')];
    expect(verdicts(five, { m2: 'worker' }, true)).toStrictEqual({ m2: 'yes' });
    expect(verdicts(five, { m2: 'worker' })).toStrictEqual({ m2: 'later' });
  });

  test('not while a new leader has not heard from a manager', () => {
    const unheard = { Status: { State: 'unknown' }, ManagerStatus: { Reachability: 'reachable' } };
    const nodes = [manager('m1', true), manager('m2'), aNode('m3', { Role: 'manager' }, unheard)];
    const roles: Roles = { w1: 'manager', m2: 'worker' };
    expect(verdicts([...nodes, ...workers], roles)).toStrictEqual({ w1: 'later', m2: 'later' });
  });

  test('one that died on its way is waited for, unless it is wanted no more', () => {
    const { ManagerStatus: _, ...dead } = aNode('w1', { Role: 'manager' }, down);
    const nodes = [...three, dead, aNode('w2')];
    const roles: Roles = { m3: 'worker', w2: 'manager' };
    expect(verdicts(nodes, { ...roles, w1: 'manager' })).toMatchObject({
      w1: 'later',
      w2: 'later',
      m3: 'later',
    });
    expect(verdicts(nodes, { ...roles, w1: 'worker' })).toStrictEqual({
      w1: 'later',
      w2: 'yes',
      m3: 'later',
    });
  });

  test('the manager that Skep works through is the very last', () => {
    const roles: Roles = { m1: 'worker', m2: 'worker', w1: 'manager', w2: 'manager' };
    const nodes = [manager('m1', true), manager('m2'), manager('w1'), manager('w2')];
    const through = (name: string) =>
      Object.keys(roles).find((one) => {
        const named = Object.entries(roles).map(([of, role]) => [idOf(of), role] as const);
        const world = aWorld(
          { nodes, selfNodeId: idOf(name) },
          { roles: new Map(named), force: true },
        );
        return node.plan(wish(one, { role: roles[one] ?? 'worker' }), world)?.action === 'update';
      });
    expect(through('m2')).toBe('m1');
    expect(through('m1')).toBe('m2');
  });

  test('every answer shows the sum', () => {
    const reason = (nodes: SwarmNode[], name: string, force = false) => {
      const world = aWorld({ nodes }, { force, roles: new Map([[idOf(name), 'worker']]) });
      return node.plan(wish(name, { role: 'worker' }), world)?.reason;
    };
    const oneDead = [manager('m1', true), manager('m2'), unreachable('m3')];
    expect(reason(three, 'm3')).toContain(
      'from 3 (bearing the loss of 1) to 2 (bearing the loss of 0)',
    );
    expect(reason(three, 'm1', true)).toContain(
      'from 3 (bearing the loss of 1) to 2 (bearing the loss of 0). It leads, and hands over',
    );
    const lost = '3, of which 2 can be reached (bearing the loss of 0 more)';
    expect(reason(oneDead, 'm3')).toContain(`from ${lost} to 2 (bearing the loss of 0)`);
    expect(reason(oneDead, 'm2')).toContain(lost);
    expect(reason(oneDead, 'm2', true)).toContain(`from ${lost} to 2, of which 1 can be reached`);
    expect(reason([manager('m1', true)], 'm1')).toContain('from 1 (bearing the loss of 0) to 0');
  });

  test('not while another is changing', () => {
    const nodes = [
      manager('m1', true),
      aNode('w1', { Role: 'manager' }, { ManagerStatus: undefined as never }),
      aNode('w2'),
    ];
    delete (nodes[1] as Partial<SwarmNode>).ManagerStatus;
    expect(verdicts(nodes, { w1: 'manager', w2: 'manager' })).toStrictEqual({
      w1: 'later',
      w2: 'later',
    });
  });

  test('while the labels of a node whose role must wait are written', () => {
    const desired = wish('m3', { role: 'worker', labels: { a: '1' } });
    expect(node.plan(desired, aWorld({ nodes: three }))?.writes).toMatchObject([
      { spec: { Role: 'manager', Labels: { a: '1' } } },
    ]);
  });
});
