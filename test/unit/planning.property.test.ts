import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Arbitrary,
  assert,
  asyncProperty,
  constant,
  infiniteStream,
  nat,
  pre,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertUnit } from '../../src/desired/convert-unit.ts';
import type { DesiredUnit } from '../../src/desired/desired.ts';
import type { World } from '../../src/kinds/kind.ts';
import type { Action } from '../../src/plan/action.ts';
import { planUnit } from '../../src/plan/plan-unit.ts';
import { hasErrors } from '../../src/spec/diagnostic.ts';
import { readSpecs } from '../../src/spec/read-specs.ts';
import { anyClusterFile, anyStackFile } from './any-file.ts';
import { carryOut } from './engine-carries-out.ts';
import { aNode, aWorld, options } from './world.ts';

/** From the text of files to what is planned against a Swarm, with everything in between. */
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'skep-planning-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

type File = Record<string, unknown>;

async function desiredOf(path: string, file: File): Promise<DesiredUnit> {
  const overlay = { [path]: JSON.stringify(file), '_key.txt': 'honey' };
  const { units, diagnostics } = await readSpecs({ directory, environment: {}, overlay });
  const [unit] = units;
  const desired = unit && convertUnit(unit);
  // Some things do not go together, such as a port for all nodes and no virtual address.
  pre(!hasErrors([...diagnostics, ...(desired?.diagnostics ?? [])]));
  if (desired === undefined) throw new Error('there is no unit');
  return desired;
}

const emptySwarm = () =>
  aWorld({ nodes: [aNode('m1', { Role: 'manager' }), aNode('w1'), aNode('w2')] });

const allowed = { ...options, allow: { prune: true } };
const plan = (desired: DesiredUnit, world: World) => planUnit(desired, world, allowed);

/** Plans and carries out until nothing is planned; more than three times is an error. */
function apply(desired: DesiredUnit, before: World): World {
  let world = before;
  for (let passes = 0; passes <= 3; passes += 1) {
    const next = plan(desired, world);
    if (next.actions.length === 0) return world;
    world = carryOut(next, world);
  }
  const left = plan(desired, world).actions.map(({ action, kind, name, reason }) => {
    return `${action} ${kind} ${name}: ${reason}`;
  });
  throw new Error(`still planned: ${left.join('; ')}`);
}

const kinds: [string, string, Arbitrary<File>][] = [
  ['stacks: services, networks and configs', 'stacks/shop.yaml', anyStackFile],
  ['cluster files: settings, nodes, secrets and the rest', 'cluster.yaml', anyClusterFile],
];

describe.each(kinds)('whatever the files say, %s', (_, path, anyFile) => {
  test('the plan after it was carried out is empty', { timeout: 120_000 }, async () => {
    await assert(
      asyncProperty(anyFile, async (file) => {
        const desired = await desiredOf(path, file);
        const world = apply(desired, emptySwarm());
        expect(plan(desired, world).actions).toEqual([]);
        expectLive(desired, world);
      }),
      { numRuns: 100 },
    );
  });

  test('so is the plan of an edit, and that of its end', { timeout: 120_000 }, async () => {
    await assert(
      asyncProperty(anyFile, anyFile, async (before, after) => {
        const [first, second] = [await desiredOf(path, before), await desiredOf(path, after)];
        const world = apply(second, apply(first, emptySwarm()));
        expect(plan(second, world).actions).toEqual([]);
        apply(first, world);
      }),
      { numRuns: 50 },
    );
  });

  test('the order of keys and lists makes no difference', { timeout: 120_000 }, async () => {
    const chances = infiniteStream(nat(1_000_000));
    await assert(
      asyncProperty(anyFile, anyFile, chances, async (before, after, chance) => {
        const shuffle = shuffler(() => chance.next().value);
        const [first, second] = [await desiredOf(path, before), await desiredOf(path, after)];
        const world = apply(first, emptySwarm());
        const planned = plan(second, world);
        const other = {
          ...world,
          snapshot: shuffle.lists(world.snapshot),
          owned: shuffle.list(world.owned),
        };
        expect(plan(second, other).actions.map(inSentence)).toEqual(
          planned.actions.map(inSentence),
        );
        const rewritten = await desiredOf(path, shuffle.keys(after));
        expect(plan(rewritten, world).actions.map(seen).sort()).toEqual(
          planned.actions.map(seen).sort(),
        );
      }),
      { numRuns: 50 },
    );
  });
});

/** An empty plan could also be one that overlooks something. */
function expectLive({ objects }: DesiredUnit, { snapshot }: World): void {
  for (const object of objects) {
    if (object.kind === 'node') {
      const { availability = 'active', labels = {} } = object.settings;
      const live = snapshot.nodes.find(({ Description }) => Description.Hostname === object.name);
      expect(live?.Spec).toMatchObject({ Availability: availability, Labels: labels });
    }
    if (object.kind === 'service') {
      const live = snapshot.services.find(({ Spec }) => Spec.Name === object.name)?.Spec;
      const [is, should] = [
        live?.TaskTemplate.ContainerSpec,
        object.spec.TaskTemplate.ContainerSpec,
      ];
      expect([is?.Image, is?.Env ?? [], live?.Labels]).toEqual([
        should?.Image,
        should?.Env ?? [],
        object.spec.Labels,
      ]);
    }
  }
}

/** Sentences name what is in the way in the order in which the Engine lists it. */
function inSentence(action: Action): object {
  return { ...action, reason: action.reason.split(/\W+/).sort() };
}

/** All of an action but the order of keys. */
function seen(action: Action): string {
  return JSON.stringify(action, (_, value: unknown) =>
    isMap(value) ? Object.fromEntries(Object.entries(value).sort(byKey)) : value,
  );
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts the keys of every map in another order, or the objects of every list that the Engine gives. */
function shuffler(next: () => number) {
  function list<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(next() % left.length, 1)[0] as T);
  }
  function keys<T>(value: T): T {
    if (Array.isArray(value)) return value.map(keys) as T;
    if (!isMap(value)) return value;
    const entries = Object.entries(value).map(([key, member]) => [key, keys(member)] as const);
    return Object.fromEntries(list(entries)) as T;
  }
  function lists<T extends object>(snapshot: T): T {
    const entries = Object.entries(snapshot).map(([key, value]) => {
      return [key, Array.isArray(value) ? list(value.map(keys)) : keys(value)];
    });
    return Object.fromEntries(entries) as T;
  }
  return { list, keys, lists };
}

test('what is planned is data, and the same each time', async () => {
  await assert(
    asyncProperty(anyStackFile, constant(emptySwarm()), async (file, world) => {
      const desired = await desiredOf('stacks/shop.yaml', file);
      const [copy, kept] = [structuredClone(desired), structuredClone(world)];
      const planned = plan(desired, world);
      expect(plan(copy, kept)).toEqual(planned);
      expect([desired, world]).toEqual([copy, kept]);
    }),
    { numRuns: 60 },
  );
});
