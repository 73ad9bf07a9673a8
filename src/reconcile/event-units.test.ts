import { expect, test } from 'vitest';
import type { DesiredUnit } from '../desired/desired.ts';
import type { OwnedObject } from '../kinds/kind.ts';
import type { EngineEvent } from '../swarm/types.ts';
import { unitsTouched } from './event-units.ts';
import { newRecord, type UnitRecord } from './unit-record.ts';

function unit(name: string, desired: Partial<DesiredUnit>): UnitRecord {
  const whole = { revision: '', options: {}, objects: [], external: [], diagnostics: [] };
  return { ...newRecord(name), desired: { name, ...whole, ...desired } };
}

const spec = { Name: 'shop_web', TaskTemplate: {} };
const base = { unit: 'shop', options: {} };
const shop = unit('shop', {
  objects: [{ ...base, kind: 'service', name: 'shop_web', spec, after: [] }],
  external: [
    { kind: 'network', name: 'backend' },
    { kind: 'secret', name: 'join-token' },
  ],
});
const other = unit('other', {});
const owned: OwnedObject[] = [
  { unit: 'other', kind: 'secret', name: 'other_key-1', id: 'id-of-key', state: {} },
];

function touched(Type: string, name: string, ID = 'x'): string[] {
  const event: EngineEvent = { Type, Action: 'update', Actor: { ID, Attributes: { name } } };
  return [...unitsTouched([event], [shop, other], owned)];
}

test('an event wakes the units that want, refer to or own the object', () => {
  expect(touched('service', 'shop_web')).toEqual(['shop']);
  expect(touched('network', 'backend')).toEqual(['shop']);
  expect(touched('secret', 'renamed', 'id-of-key')).toEqual(['other']);
});

test('a new version of a secret wakes who refers to it by its plain name', () => {
  expect(touched('secret', 'join-token-0123456789ab')).toEqual(['shop']);
  expect(touched('secret', 'join-token-more')).toEqual([]);
});

test('an event of something foreign wakes nobody', () => {
  expect(touched('service', 'theirs')).toEqual([]);
  expect(touched('network', 'shop_web')).toEqual([]);
});

test('a node wakes everybody, since tasks move with it', () => {
  expect(touched('node', 'm1')).toEqual(['shop', 'other']);
});
