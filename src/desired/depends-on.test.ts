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

function after(services: Record<string, ComposeService>): Record<string, string[]> {
  const desired = convertUnit(stackUnit({ services }));
  return Object.fromEntries(
    ofKind(desired, 'service').map(({ name, after }) => [name, after.map(({ name }) => name)]),
  );
}

test('a service waits for those it depends on, by their names in Swarm', () => {
  expect(after({ web: on('api', 'db'), api: on('db'), db: on() })).toEqual({
    shop_web: ['shop_api', 'shop_db'],
    shop_api: ['shop_db'],
    shop_db: [],
  });
});

test('nobody waits in a circle for ever', () => {
  expect(after({ a: on('b', 'c'), b: on('a'), c: on('c') })).toEqual({
    shop_a: ['shop_c'],
    shop_b: [],
    shop_c: [],
  });
});

test('what is not there is not waited for', () => {
  expect(after({ a: on('b', 'constructor') })).toEqual({ shop_a: [] });
});
