import { describe, expect, test } from 'vitest';
import { aNetwork, aNode, aService, aTask, aWorld, idOf } from '../../test/unit/world.ts';
import type { DesiredNetwork } from '../desired/desired.ts';
import type { SkepOptions } from '../spec/compose.ts';
import type { Network, NetworkCreate } from '../swarm/types.ts';
import { network } from './network.ts';

function wish(spec: Partial<NetworkCreate> = {}, options: SkepOptions = {}): DesiredNetwork {
  return {
    kind: 'network',
    unit: 'shop',
    name: 'shop_back',
    options,
    spec: { Name: 'shop_back', Driver: 'overlay', ...spec },
  };
}
const live = (rest: Partial<Network> = {}) => aNetwork('shop_back', rest);
const planned = (desired: DesiredNetwork, rest: Partial<Network> = {}) =>
  network.plan(desired, aWorld({ networks: [live(rest)] }));
const user = aService({
  Name: 'shop_web',
  TaskTemplate: { Networks: [{ Target: idOf('shop_back') }] },
});

describe('a network', () => {
  test('is created when it is missing', () => {
    expect(network.plan(wish(), aWorld())).toMatchObject({
      action: 'create',
      writes: [{ call: 'network.create', spec: { Name: 'shop_back' } }],
    });
  });

  test.each<[string, Partial<NetworkCreate>, Partial<Network>]>([
    ['what the Engine filled in', {}, {}],
    ['null for empty', {}, { Labels: null, Options: null }],
    [
      'a subnet with bits of a host',
      { IPAM: { Config: [{ Subnet: '10.77.1.5/24' }] } },
      { IPAM: { Driver: 'default', Config: [{ Subnet: '10.77.1.0/24', Gateway: '10.77.1.1' }] } },
    ],
    [
      'an IPv6 subnet spelled out',
      { EnableIPv6: true, IPAM: { Config: [{ Subnet: '2001:0DB8:0::1/64' }] } },
      { EnableIPv6: true, IPAM: { Driver: 'default', Config: [{ Subnet: '2001:db8::/64' }] } },
    ],
    [
      'the same declaration by its hash',
      { Attachable: true, Labels: { 'skep.spec': 'h' } },
      { Labels: { 'skep.spec': 'h' } },
    ],
  ])('is left alone over %s', (_, spec, rest) => {
    expect(planned(wish(spec), rest)).toBeUndefined();
  });

  test.each<[string, Partial<NetworkCreate>, Partial<Network>, string]>([
    ['attachable', { Attachable: true }, {}, 'attachable'],
    ['driver', { Driver: 'macvlan' }, {}, 'driver'],
    ['option', { Options: { encrypted: '' } }, {}, 'driver_opts.encrypted'],
    [
      'option taken out',
      { Labels: { 'skep.spec': 'a' } },
      { Labels: { 'skep.spec': 'b' }, Options: { encrypted: '' } },
      'driver_opts.encrypted',
    ],
    ['subnet', { IPAM: { Config: [{ Subnet: '10.9.0.0/24' }] } }, {}, 'ipam.config.subnet'],
    ['label', { Labels: { a: '1' } }, {}, 'labels.a'],
  ])('cannot be changed: %s', (_, spec, rest, path) => {
    const action = planned(wish(spec), rest);
    expect(action).toMatchObject({ action: 'blocked', writes: [], changes: [{ path }] });
    expect(action?.waiting).toBeUndefined();
    expect(action?.reason).toContain('x-skep: { replace: true }');
  });

  test('is not compared before the Swarm has allocated it', () => {
    expect(planned(wish({ Attachable: true }), { Driver: '' })).toMatchObject({
      action: 'blocked',
      waiting: true,
      changes: [],
    });
  });

  test('is compared by its declaration before that', () => {
    const desired = wish({ Attachable: true, Labels: { 'skep.spec': 'new' } }, { replace: true });
    const pending = { Driver: '', Labels: { 'skep.spec': 'old' } };
    expect(planned(desired, pending)).toMatchObject({ action: 'replace' });
    expect(planned({ ...desired, options: {} }, pending)).toMatchObject({
      action: 'blocked',
      condition: 'ReplaceNeeded',
    });
  });

  test('is replaced with leave, and only when nothing uses it', () => {
    const desired = wish({ Attachable: true }, { replace: true });
    expect(planned(desired)).toMatchObject({
      action: 'replace',
      writes: [{ call: 'network.remove' }, { call: 'network.create' }],
    });
    const used = network.plan(desired, aWorld({ networks: [live()], services: [user] }));
    expect(used).toMatchObject({ action: 'blocked', condition: 'NetworkInUse' });
    expect(used?.reason).toContain('service shop_web (it is in no file)');
  });
});

describe('a network that no file names', () => {
  const owned = { unit: 'shop', kind: 'network' as const, name: 'shop_back', state: {} };
  const ours = live({ Labels: { 'skep.unit': 'shop' } });
  const attached = { NetworksAttachments: [{ Network: { ID: ours.Id } }], NodeID: idOf('w1') };

  test('goes when nothing uses it', () => {
    const tasks = [aTask('shop_web', 'shutdown', attached)];
    expect(network.remove?.(owned, aWorld({ networks: [ours], tasks }))).toMatchObject({
      action: 'delete',
      writes: [{ call: 'network.remove', id: ours.Id }],
    });
  });

  test('waits for services, and for tasks that still run after theirs has gone', () => {
    const services = aWorld({ networks: [ours], services: [user] });
    const tasks = aWorld({
      networks: [ours],
      tasks: [aTask('shop_web', 'running', { ...attached, DesiredState: 'remove' })],
    });
    for (const world of [services, tasks]) {
      expect(network.remove?.(owned, world)).toMatchObject({ action: 'blocked', waiting: true });
    }
  });

  test('does not wait for a node that is down', () => {
    const world = aWorld({
      networks: [ours],
      nodes: [aNode('w1', {}, { Status: { State: 'down' } })],
      tasks: [aTask('shop_web', 'running', attached)],
    });
    expect(network.remove?.(owned, world)?.action).toBe('delete');
  });

  test('stays when it does not say itself that it is ours', () => {
    expect(network.remove?.(owned, aWorld({ networks: [live()] }))).toBeUndefined();
  });
});
