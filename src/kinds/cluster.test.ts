import { describe, expect, test } from 'vitest';
import { rootOne, rootTwo } from '../../test/data/certificates.ts';
import { aNode, aSwarm, aWorld } from '../../test/unit/world.ts';
import type { DesiredCluster, DesiredSettings } from '../desired/desired.ts';
import type { SwarmSpec } from '../swarm/types.ts';
import { cluster } from './cluster.ts';

function wish(settings: DesiredSettings): DesiredCluster {
  return { kind: 'cluster', unit: 'cluster', name: 'cluster', options: {}, settings };
}
const planned = (settings: DesiredSettings, live: SwarmSpec = {}) =>
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
    const withLockable = (settings: DesiredSettings, lockable?: true | string) =>
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

describe('external CAs', () => {
  const ca = { url: 'https://ca:8888/sign', certificate: rootOne, options: { key: 'hush' } };
  const stored = {
    Protocol: 'cfssl',
    URL: 'https://ca:8888/sign',
    CACert: rootOne,
    Options: { key: 'hush' },
  };
  const live = (...ExternalCAs: object[]) => ({ CAConfig: { ForceRotate: 3, ExternalCAs } });

  test('are written as the Engine spells them, beside what else is there of the CA', () => {
    const action = planned({ external_cas: [ca] });
    expect(action?.writes).toMatchObject([{ spec: { CAConfig: live(stored).CAConfig } }]);
    expect(action?.writes).toMatchObject([{ spec: { CAConfig: { NodeCertExpiry: 7.776e15 } } }]);
  });

  test('are the same in another order, with other line ends, and when nothing was said', () => {
    const next = { url: ca.url, certificate: rootTwo, options: {} };
    const other = { Protocol: 'cfssl', URL: ca.url, CACert: rootTwo.replaceAll('\n', '\r\n') };
    expect(planned({ external_cas: [ca, next] }, live(other, stored))).toBeUndefined();
    const plain = { Protocol: 'cfssl', URL: ca.url, CACert: '' };
    expect(planned({ external_cas: [{ url: ca.url, options: {} }] }, live(plain))).toBeUndefined();
    expect(planned({ external_cas: [] }, {})).toBeUndefined();
  });

  test.each([
    ['another URL', { URL: 'https://other/sign' }],
    ['another root', { CACert: rootTwo }],
    ['no root', { CACert: '' }],
    ['other options', { Options: { key: 'psst' } }],
  ])('differ in %s, and no option is shown', (_, difference) => {
    const action = planned({ external_cas: [ca] }, live({ ...stored, ...difference }));
    expect(action?.writes).toMatchObject([{ spec: { CAConfig: { ExternalCAs: [stored] } } }]);
    expect(action?.changes).not.toEqual([]);
    expect(JSON.stringify(action?.changes)).not.toMatch(/hush|psst/);
  });

  test('go when the list is empty, and stay when there is none', () => {
    expect(planned({ external_cas: [] }, live(stored))?.writes).toMatchObject([
      { spec: { CAConfig: { ForceRotate: 3, ExternalCAs: [] } } },
    ]);
    const others = planned({ task_history_limit: 1 }, live(stored));
    expect(others?.writes).toMatchObject([{ spec: { CAConfig: live(stored).CAConfig } }]);
  });
});

describe('a generation of the root certificate', () => {
  const told = (generation: string) => ({ Labels: { 'skep.ca-generation': generation } });
  const ready = aNode('w1', {}, { Description: { Hostname: 'w1' } });
  const down = aNode('w2', {}, { Status: { State: 'down' } });
  const look = (generation: number, live: SwarmSpec, nodes = [ready], rest: object = {}) => {
    const world = aWorld({ swarm: { ...aSwarm(live), ...rest }, nodes });
    const desired = wish({ ca_rotation: generation });
    return {
      action: cluster.plan(desired, world),
      obstacles: cluster.obstacles?.(desired, world) ?? [],
    };
  };

  test('is noted where none was told before, and nothing is renewed', () => {
    const { action, obstacles } = look(4, {});
    expect(action).toMatchObject({
      changes: [{ path: 'ca_rotation', from: null, to: 4 }],
      writes: [{ spec: { Labels: { 'skep.ca-generation': '4' }, CAConfig: { ForceRotate: 3 } } }],
    });
    expect(obstacles).toEqual([]);
    expect(look(4, told('4'))).toEqual({ action: undefined, obstacles: [] });
  });

  test('that is higher renews once, told and begun in one call, however many were skipped', () => {
    const { action } = look(9, told('4'));
    expect(action).toMatchObject({
      changes: [{ path: 'ca_rotation', from: 4, to: 9 }],
      writes: [
        {
          version: 7,
          spec: { Labels: { 'skep.ca-generation': '9' }, CAConfig: { ForceRotate: 4 } },
        },
      ],
    });
  });

  test('that is lower is refused', () => {
    expect(look(3, told('4'))).toMatchObject({
      action: undefined,
      obstacles: [{ condition: 'CaGenerationTooLow', reason: expect.stringContaining('write 4') }],
    });
  });

  test('waits for nodes that are not ready, by name; other settings do not', () => {
    const waiting = look(5, told('4'), [ready, down]);
    expect(waiting).toMatchObject({
      action: undefined,
      obstacles: [
        {
          condition: 'RootRotationBlocked',
          waiting: true,
          aside: true,
          reason: expect.stringContaining('w2 (down)'),
        },
      ],
    });
    const world = aWorld({ swarm: aSwarm(told('4')), nodes: [down] });
    const action = cluster.plan(wish({ ca_rotation: 5, task_history_limit: 1 }), world);
    expect(action).toMatchObject({
      changes: [{ path: 'task_history_limit' }],
      writes: [{ spec: { Labels: { 'skep.ca-generation': '4' }, CAConfig: { ForceRotate: 3 } } }],
    });
  });

  test('that is under way names who has no new certificate, and no other begins meanwhile', () => {
    const issuer = (key: string) => ({ CertIssuerPublicKey: key });
    const nodes = [
      aNode('w1', {}, { Description: { Hostname: 'w1', TLSInfo: issuer('new') } }),
      aNode('w2', {}, { Description: { Hostname: 'w2', TLSInfo: issuer('old') } }),
    ];
    const rest = { RootRotationInProgress: true, TLSInfo: issuer('new') };
    for (const generation of [4, 5]) {
      expect(look(generation, told('4'), nodes, rest)).toMatchObject({
        action: undefined,
        obstacles: [
          { condition: 'RootRotation', waiting: true, reason: expect.stringMatching(/: w2\.$/) },
        ],
      });
    }
  });
});

describe('what is fixed when a Swarm is made', () => {
  const obstacles = (settings: DesiredSettings, live: object = {}) =>
    cluster.obstacles?.(wish(settings), aWorld({ swarm: { ...aSwarm(), ...live } }));

  test('is as declared, with what was not said being the default', () => {
    const defaults = {
      default_addr_pool: ['10.0.0.0/8'],
      subnet_size: 24,
      data_path_port: 4789,
    };
    expect(obstacles(defaults)).toEqual([]);
    const zero = { DefaultAddrPool: null, SubnetSize: 0, DataPathPort: 0 };
    expect(obstacles(defaults, zero)).toEqual([]);
    const own = { DefaultAddrPool: ['10.20.0.0/16', '10.10.0.0/16'] };
    expect(obstacles({ default_addr_pool: ['10.10.0.1/16', '10.20.0.0/16'] }, own)).toEqual([]);
  });

  test('is reported by itself, and how to have it', () => {
    const settings = { default_addr_pool: ['10.20.0.0/16'], subnet_size: 25, data_path_port: 7789 };
    expect(obstacles(settings)).toMatchObject([
      {
        action: 'blocked',
        aside: true,
        name: 'default_addr_pool',
        condition: 'FixedSetting',
        changes: [{ path: 'default_addr_pool', from: ['10.0.0.0/8'], to: ['10.20.0.0/16'] }],
        reason: expect.stringContaining('docker swarm init --default-addr-pool 10.20.0.0/16'),
        writes: [],
      },
      { name: 'subnet_size', reason: expect.stringContaining('24, not 25') },
      { name: 'data_path_port', reason: expect.stringContaining('--data-path-port 7789') },
    ]);
  });
});
