import { expect, test } from 'vitest';
import type { DesiredUnit } from '../desired/desired.ts';
import type { Labels } from '../swarm/types.ts';
import { unlearnt } from './learn-owned.ts';

const object = (name: string, labels: Labels) => ({
  ID: `id-${name}`,
  Version: { Index: 1 },
  CreatedAt: '2026-11-16T12:00:00Z',
  UpdatedAt: '2026-11-16T12:00:00Z',
  Spec: { Name: name, Labels: labels, TaskTemplate: {} },
});
const swarm = {
  services: [
    object('shop_web', { 'skep.unit': 'shop' }),
    object('shop_db', { 'skep.unit': 'shop', 'skep.prune': 'false' }),
    object('wiki_app', { 'skep.unit': 'wiki' }),
    object('shop_handmade', { 'com.docker.stack.namespace': 'shop' }),
  ],
  configs: [
    object('shop_page-1234', { 'skep.unit': 'shop', 'skep.base': 'shop_page' }),
    object('skep-lock', { 'skep.lease.holder': 'm1-3f9a1c' }),
  ],
  secrets: [],
};
const desired = {} as DesiredUnit;
const shop = { name: 'shop', desired, vanished: false };

test('a memory that knows nothing of a unit learns what Swarm says is its', () => {
  expect(unlearnt(shop, swarm, [])).toEqual([
    { unit: 'shop', kind: 'service', name: 'shop_web', id: 'id-shop_web', state: {} },
    { unit: 'shop', kind: 'service', name: 'shop_db', id: 'id-shop_db', state: { prune: false } },
    {
      unit: 'shop',
      kind: 'config',
      name: 'shop_page-1234',
      id: 'id-shop_page-1234',
      state: { base: 'shop_page' },
    },
  ]);
});

test('a unit that is known keeps to what is known of it', () => {
  const owned = [{ unit: 'shop', kind: 'network' as const, name: 'shop_default', state: {} }];
  expect(unlearnt(shop, swarm, owned)).toEqual([]);
});

test('nothing is learnt of units that no file names', () => {
  expect(unlearnt({ ...shop, desired: undefined }, swarm, [])).toEqual([]);
  expect(unlearnt({ ...shop, vanished: true }, swarm, [])).toEqual([]);
});
