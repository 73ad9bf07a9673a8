import { describe, expect, test } from 'vitest';
import { aNode, aUnit, aWorld, idOf, options } from '../../../test/unit/world.ts';
import type { DesiredNode } from '../../desired/desired.ts';
import { planUnit } from '../../plan/plan-unit.ts';
import type { NodeSettings } from '../../spec/cluster.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import type { OwnedObject, World } from '../kind.ts';
import { expandNodes } from './expand-nodes.ts';

const minute = 60_000_000_000;
const down = { Status: { State: 'down' } };

function entry(name: string, settings: NodeSettings, line = 1): DesiredNode {
  const place = { file: 'cluster.yaml', line, column: 3 };
  return { kind: 'node', unit: 'cluster', name, options: {}, settings, place };
}
function rowOf(node: SwarmNode, state: OwnedObject['state']): OwnedObject {
  return { unit: 'cluster', kind: 'node', name: node.ID, id: node.ID, state };
}
/** The wishes by name, and the types of the notices. */
function expanded(entries: DesiredNode[], world: World) {
  const { objects, notices, diagnostics } = expandNodes(entries, world);
  const nodes = objects.filter((object) => object.kind === 'node');
  return {
    wishes: Object.fromEntries(nodes.map(({ name, settings }) => [name, settings])),
    conflicts: nodes.flatMap(({ conflict }) => conflict ?? []),
    notices: notices.map(({ type, name }) => `${type} ${name}`),
    warnings: diagnostics.map(({ code }) => code),
  };
}
function plan(entries: DesiredNode[], world: World, allow = {}) {
  const unit = aUnit(entries, { name: 'cluster' });
  return planUnit(unit, world, { ...options, allow }).actions;
}

describe('entries that mean one node', () => {
  const nodes = [aNode('w1'), aNode('w2')];

  test('are one wish: the host’s own entry goes before patterns, key by key', () => {
    const entries = [
      entry('w*', { availability: 'active', labels: { disk: 'hdd', tier: 'b' } }),
      entry('w1', { labels: { disk: 'ssd' } }),
      entry(idOf('w1'), { role: 'worker' }),
    ];
    expect(expanded(entries, aWorld({ nodes })).wishes).toStrictEqual({
      w1: { role: 'worker', availability: 'active', labels: { disk: 'ssd', tier: 'b' } },
      w2: { availability: 'active', labels: { disk: 'hdd', tier: 'b' } },
    });
  });

  test('of one rank that differ block the node with both places, and nothing of it changes', () => {
    const entries = [
      entry('w*', { labels: { disk: 'ssd' } }, 3),
      entry('?1', { labels: { disk: 'hdd' } }, 7),
    ];
    const live = aNode('w1', { Labels: { disk: 'ssd', old: '1' } });
    const owned = [rowOf(live, { labels: ['disk', 'old'] })];
    const [action, ...others] = plan(entries, aWorld({ nodes: [live] }, { owned }));
    expect(others).toStrictEqual([]);
    expect(action).toMatchObject({ action: 'blocked', condition: 'NodeConflict', name: 'w1' });
    expect(action?.reason).toBe(
      '"labels.disk" is ssd in cluster.yaml:3:3, "w*" and hdd in cluster.yaml:7:3, "?1". Make them agree, or say it in an entry for this host alone.',
    );
    const settled = [...entries, entry('w1', { labels: { disk: 'ssd' } })];
    expect(expanded(settled, aWorld({ nodes: [live] })).conflicts).toStrictEqual([]);
  });

  test('by hostname and by ID are of one rank', () => {
    const entries = [
      entry('w1', { availability: 'drain' }),
      entry(idOf('w1'), { availability: 'active' }),
    ];
    expect(expanded(entries, aWorld({ nodes })).conflicts).toHaveLength(1);
  });

  test('may be none: that is told when a plan is asked for, no more', () => {
    const found = expanded([entry('gpu*', { role: 'worker' })], aWorld({ nodes }));
    expect(found).toMatchObject({ wishes: {}, warnings: ['no-node-fits'] });
    expect(plan([entry('gpu*', { role: 'worker' })], aWorld({ nodes }))).toStrictEqual([]);
  });
});

describe('a node that fits no pattern any more', () => {
  const live = aNode('w1', { Labels: { disk: 'ssd', theirs: '1' } });

  test('loses the labels of the pattern', () => {
    const world = aWorld({ nodes: [live] }, { owned: [rowOf(live, { labels: ['disk'] })] });
    expect(plan([entry('x*', { labels: { disk: 'ssd' } })], world)).toMatchObject([
      { action: 'update', writes: [{ spec: { Labels: { theirs: '1' } } }] },
    ]);
  });

  test('keeps them while the Swarm does not tell whether it fits', () => {
    const world = aWorld({ nodes: [live] }, { owned: [rowOf(live, { labels: ['disk'] })] });
    const entries = [
      entry('lan', { match: { address: '10.0.0.0/8' }, labels: { disk: 'ssd' } }),
      entry('w*', { labels: { tier: 'a' } }),
    ];
    expect(expanded(entries, world)).toMatchObject({
      wishes: { w1: { labels: { disk: 'ssd', tier: 'a' } } },
      notices: ['NodeUnclear w1'],
    });
  });
});

describe('a machine that joined again', () => {
  const old = aNode('w1', { Labels: { disk: 'ssd' } }, { ...down, ID: idOf('old') });
  const young = aNode('w1', {}, { CreatedAt: '2026-11-02T00:00:00Z' });
  const rows = [rowOf(old, { labels: ['disk'], called: 'w1' })];
  const world = (...nodes: SwarmNode[]) => aWorld({ nodes }, { owned: rows });

  test.each([
    ['by name', entry('w1', { labels: { disk: 'hdd' } })],
    ['by a pattern', entry('w*', { labels: { disk: 'hdd' } })],
  ])('has what files say, its old self what it had: %s', (_, one) => {
    expect(expanded([one], world(old, young))).toMatchObject({
      wishes: { w1: { labels: { disk: 'hdd' } }, [old.ID]: { labels: { disk: 'ssd' } } },
      notices: [`StaleNode ${old.ID}`],
    });
    expect(plan([one], world(old, young))).toMatchObject([{ name: 'w1', action: 'update' }]);
  });

  test('and went down again is its youngest self', () => {
    const fallen = { ...young, ...down };
    const found = expanded([entry('w1', { labels: { disk: 'hdd' } })], world(old, fallen));
    expect(found.wishes['w1']).toStrictEqual({ labels: { disk: 'hdd' } });
    expect(found.notices).toStrictEqual([`StaleNode ${old.ID}`, 'NodeDown w1']);
  });

  test('while its old self counts as up is told by its address', () => {
    const at = (node: SwarmNode, Addr: string) => ({ ...node, Status: { State: 'ready', Addr } });
    const one = [entry('w1', { labels: { disk: 'hdd' } }), entry('w*', { labels: { a: '1' } })];
    const newest = { ...young, CreatedAt: '2026-11-20T11:59:30Z' };
    expect(expanded(one, world(at(old, '10.0.0.1'), at(newest, '10.0.0.1')))).toMatchObject({
      wishes: {
        w1: { labels: { disk: 'hdd', a: '1' } },
        [old.ID]: { labels: { disk: 'ssd' } },
      },
      notices: [],
    });
    for (const [a = '', b = ''] of [
      ['10.0.0.1', '10.0.0.2'],
      ['0.0.0.0', '0.0.0.0'],
    ]) {
      expect(plan(one, world(at(old, a), at(newest, b)))[0]?.condition).toBe('AmbiguousNode');
    }
    const forLong = world(at(old, '10.0.0.1'), at(young, '10.0.0.1'));
    expect(plan(one, forLong)[0]?.condition).toBe('AmbiguousNode');
  });

  test('while its old self counts as up is not guessed, and neither loses a label', () => {
    const ready = { ...old, Status: { State: 'ready' } };
    const entries = [entry('w1', { labels: { disk: 'hdd' } }), entry('w*', { labels: { a: '1' } })];
    expect(plan(entries, world(ready, young))).toMatchObject([
      { name: 'w1', action: 'blocked', condition: 'AmbiguousNode' },
    ]);
    const byId = [entry(young.ID, { labels: { disk: 'hdd' } })];
    expect(plan(byId, world(ready, young))[0]).toMatchObject({ name: young.ID, action: 'update' });
  });
});

describe('a machine with another hostname', () => {
  const live = aNode('w9', { Labels: { disk: 'ssd' }, Availability: 'drain' });
  const owned = [rowOf(live, { labels: ['disk'], called: 'w1' })];
  const world = aWorld({ nodes: [live] }, { owned });
  const w1 = entry('w1', { labels: { disk: 'ssd' }, availability: 'drain' });

  test('keeps what it has, also under a pattern, until the entry is renamed', () => {
    for (const entries of [[w1], [w1, entry('w*', { availability: 'active' })]]) {
      const actions = plan(entries, world);
      expect(actions).toMatchObject([{ name: 'w1', waiting: true, condition: 'NodeRenamed' }]);
      expect(actions[0]?.reason).toContain('was called w1 and is now called w9');
    }
    expect(plan([{ ...w1, name: 'w9' }], world)).toStrictEqual([]);
    expect(plan([entry('w9', {})], world)[0]).toMatchObject({ writes: [{ spec: { Labels: {} } }] });
  });

  test('is nobody’s any more once another machine has the name', () => {
    const nodes = [live, aNode('w1', { Labels: { disk: 'ssd' }, Availability: 'drain' })];
    expect(plan([w1], aWorld({ nodes }, { owned }))).toMatchObject([
      { name: live.ID, writes: [{ spec: { Labels: {} } }] },
    ]);
  });
});

describe('a node that stays down', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const gone = aNode('w1', {}, { ...down, ID: idOf('gone') });
  const young = aNode('w1', {}, { CreatedAt: '2026-11-02T00:00:00Z' });
  const others = [aNode('m1', { Role: 'manager' }), aNode('w2')];
  const since = (ms: number, version = 7) => [
    rowOf(gone, { labels: [], down: { since: now - ms, version } }),
  ];
  const removal = {
    name: gone.ID,
    action: 'delete',
    writes: [{ call: 'node.remove', id: gone.ID, version: 7 }],
  };
  const exact = [entry('w1', { remove_down_after: minute })];
  const pattern = [entry('w*', { remove_down_after: minute })];
  const removed = (entries: DesiredNode[], nodes: SwarmNode[], owned: OwnedObject[], allow = {}) =>
    plan(entries, aWorld({ nodes: [...nodes, ...others] }, { owned, now }), allow);

  test('goes when it is the old self of a machine, and only after its time', () => {
    expect(removed(exact, [gone, young], since(60_000))).toMatchObject([removal]);
    expect(removed(pattern, [gone, young], since(60_000))).toMatchObject([removal]);
    expect(removed(exact, [gone, young], since(59_999))).toStrictEqual([]);
    expect(removed(exact, [gone, young], [])).toStrictEqual([]);
  });

  test('goes without a successor only when it is not named', () => {
    expect(removed(pattern, [gone], since(60_000))).toMatchObject([removal]);
    expect(removed(exact, [gone], since(60_000))).toStrictEqual([]);
    expect(removed([...exact, ...pattern], [gone], since(60_000))).toStrictEqual([]);
  });

  test('is counted anew when it changed meanwhile, since it may have been up', () => {
    expect(removed(exact, [gone, young], since(60_000, 6))).toStrictEqual([]);
  });

  test('stays when it is a manager, or merely not heard of', () => {
    const manager = { ...gone, Spec: { ...gone.Spec, Role: 'manager' as const } };
    const listed = { ...gone, ManagerStatus: { Reachability: 'unreachable' } };
    const unheard = { ...gone, Status: { State: 'unknown' } };
    for (const node of [manager, listed, unheard]) {
      expect(removed(pattern, [node], since(60_000))).toStrictEqual([]);
    }
  });

  test('stays with most of the Swarm, unless that is allowed', () => {
    const nodes = ['a', 'b', 'c'].map((name) => aNode(`w-${name}`, {}, down));
    const owned = nodes.map((node) => rowOf(node, { down: { since: 0, version: 7 } }));
    const held = removed(pattern, nodes, owned);
    expect(held.map(({ condition }) => condition)).toStrictEqual(Array(3).fill('PruneRefused'));
    expect(removed(pattern, nodes, owned, { prune: true })).toHaveLength(3);
  });

  test('stays while a file could not be read', () => {
    const world = aWorld({ nodes: [gone, young] }, { owned: since(60_000), now });
    const unit = aUnit(exact, { name: 'cluster' });
    expect(planUnit(unit, world, { ...options, mayPrune: false }).actions).toStrictEqual([]);
  });
});

test('a node that is listed under the name of another one is left as it is, and the other is not its old self', () => {
  const w1 = aNode('w1', { Labels: { disk: 'ssd' } }, down);
  const m2 = aNode('m2', { Role: 'manager', Labels: { zone: 'a' } });
  const strayed = { ...m2, Description: { ...m2.Description, Hostname: 'w1' } };
  const owned = [
    rowOf(w1, { labels: ['disk'], called: 'w1' }),
    rowOf(m2, { labels: ['zone'], called: 'm2' }),
  ];
  const entries = [
    entry('w1', { role: 'worker', labels: { disk: 'ssd' }, remove_down_after: 1e9 }),
    entry('m2', { role: 'manager', labels: { zone: 'a' } }),
  ];
  const world = aWorld({ nodes: [w1, strayed] }, { owned });
  expect(plan(entries, world)).toMatchObject([{ name: 'm2', condition: 'NodeRenamed' }]);
  expect(expanded(entries, world).notices).not.toContain(`StaleNode ${w1.ID}`);
});
