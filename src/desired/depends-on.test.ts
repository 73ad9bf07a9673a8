import { expect, test } from 'vitest';
import type { ComposeService } from '../spec/compose.ts';
import { convertUnit } from './convert-unit.ts';
import { ofKind, stackUnit } from './unit.fixture.ts';

const condition = 'service_started' as const;

function on(...others: string[]): ComposeService {
  return {
    image: 'busybox',
    depends_on: Object.fromEntries(others.map((other) => [other, { condition }])),
  };
}

function convert(services: Record<string, ComposeService>): {
  after: Record<string, string[]>;
  codes: string[];
} {
  const desired = convertUnit(stackUnit({ services }));
  return {
    after: Object.fromEntries(
      ofKind(desired, 'service').map(({ name, after }) => [name, after.map(({ name }) => name)]),
    ),
    codes: desired.diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

test('a service waits for those it depends on, by their names in Swarm', () => {
  expect(convert({ web: on('api', 'db'), api: on('db'), db: on() })).toEqual({
    after: { shop_web: ['shop_api', 'shop_db'], shop_api: ['shop_db'], shop_db: [] },
    codes: [],
  });
});

test('nobody waits in a circle for ever', () => {
  expect(convert({ a: on('b', 'c'), b: on('a'), c: on('c') })).toEqual({
    after: { shop_a: ['shop_c'], shop_b: [], shop_c: [] },
    codes: ['warning dependency-cycle', 'warning dependency-cycle', 'warning dependency-cycle'],
  });
});

test('what is not there is not waited for', () => {
  const optional = { depends_on: { cache: { condition, required: false } } };
  expect(convert({ a: on('b'), c: optional })).toEqual({
    after: { shop_a: [], shop_c: [] },
    codes: ['warning unknown-dependency'],
  });
});
