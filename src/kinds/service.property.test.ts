import { assert, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyService, networkNames } from '../../test/unit/any-service.ts';
import { engineStores } from '../../test/unit/engine-stores.ts';
import {
  aConfig,
  aNetwork,
  aSecret,
  aService,
  aWorld,
  desiredService,
} from '../../test/unit/world.ts';
import type { ServiceSpec } from '../swarm/types.ts';
import { differences } from './differences.ts';
import { service } from './service.ts';
import { fields } from './service/fields.ts';

const words = ['a', 'b', 'data', 'web', 'x-1'];

function plan(desired: ServiceSpec, live: ServiceSpec | undefined) {
  const world = aWorld({
    services: live ? [aService(live)] : [],
    networks: networkNames.map((name) => aNetwork(name)),
    configs: words.map((name) => aConfig(name, name)),
    secrets: words.map((name) => aSecret(name)),
  });
  return service.plan(desiredService(desired), world);
}

function sent(action: ReturnType<typeof plan>): ServiceSpec {
  const write = action?.writes[0];
  if (write?.call !== 'service.create' && write?.call !== 'service.update') {
    throw new Error('nothing was to be sent');
  }
  return write.spec;
}

describe('whatever the spec', () => {
  test('what was created is never updated', () => {
    assert(
      property(anyService, (desired) => {
        const live = engineStores(sent(plan(desired, undefined)));
        expect(plan(desired, live)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('what was updated is not updated again', () => {
    assert(
      property(anyService, anyService, (before, after) => {
        const live = engineStores(before);
        const action = plan(after, live);
        const next = action ? engineStores(sent(action)) : live;
        expect(plan(after, next)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('an update names what it changes, and says of the environment no value', () => {
    assert(
      property(anyService, anyService, (before, after) => {
        const action = plan(after, engineStores(before));
        if (!action) return;
        expect(action.changes.length).toBeGreaterThan(0);
        const values = action.changes
          .filter(({ path }) => path.startsWith('env.'))
          .flatMap(({ from, to }) => [from, to]);
        expect([null, '(sensitive)']).toStrictEqual(expect.arrayContaining([...new Set(values)]));
      }),
      { numRuns: 300 },
    );
  });

  test('what is live is no different from itself, and is left alone when it is the wish', () => {
    const names = { network: (id: string) => id, config: (id: string) => id };
    assert(
      property(anyService, (before) => {
        const live = engineStores(before);
        const copy = structuredClone(live);
        const found = fields.flatMap((field) =>
          differences(field.path, field.read(live, names), field.read(copy, names)),
        );
        expect(found).toEqual([]);
        expect(plan(copy, live)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('fields that no file can say stay as they are', () => {
    assert(
      property(anyService, anyService, (before, after) => {
        const live = engineStores(before);
        live.TaskTemplate.ForceUpdate = 4;
        Object.assign(live.TaskTemplate.ContainerSpec ?? {}, { FutureField: { On: true } });
        const action = plan(after, live);
        if (!action) return;
        expect(sent(action).TaskTemplate).toMatchObject({
          ForceUpdate: 4,
          Runtime: 'container',
          ContainerSpec: { FutureField: { On: true } },
        });
      }),
      { numRuns: 300 },
    );
  });
});
