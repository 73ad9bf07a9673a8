import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../plan/action.ts';
import type { Snapshot } from '../../swarm/snapshot.ts';
import type { ServiceSpec } from '../../swarm/types.ts';
import { differences } from '../differences.ts';
import { isPredefined } from '../name-ids.ts';
import { ownLabels } from '../ownership.ts';
import type { Field, Naming } from './field.ts';
import { fields } from './fields.ts';

type Patch = { next: ServiceSpec; changes: Change[]; restarts: boolean };

/**
 * The live spec with what differs from the desired one written in, and nothing else touched: Swarm replaces tasks over
 * any other spelling of the same. Undefined when nothing differs.
 */
export function patch(live: ServiceSpec, desired: ServiceSpec, naming: Naming): Patch | undefined {
  const changed = fields.filter((field) => !isSame(field, live, desired, naming));
  if (changed.length === 0) return undefined;
  const next = structuredClone(live);
  for (const field of changed) field.write(next, desired, naming);
  next.Labels = { ...next.Labels, ...ownLabels(desired.Labels) };
  return {
    next,
    changes: changed.flatMap((field) => changesOf(field, live, desired, naming)),
    restarts: changed.some((field) => field.restarts),
  };
}

/** What a person is shown of a service to be made: all that is not as the Engine would have it anyway. */
export function contents(desired: ServiceSpec, naming: Naming): Change[] {
  const empty: ServiceSpec = { Name: desired.Name, TaskTemplate: {} };
  return fields
    .flatMap((field) => changesOf(field, empty, desired, naming))
    .filter(({ to }) => to !== null)
    .map((change) => ({ ...change, from: null }));
}

export function namingIn(snapshot: Snapshot): Naming {
  const networks = new Map(snapshot.networks.map((network) => [network.Id, network.Name]));
  const names = new Set(networks.values());
  const configs = new Map(snapshot.configs.map((config) => [config.ID, config.Spec.Name]));
  return {
    network(target) {
      const name = networks.get(target);
      if (name !== undefined || names.has(target)) return name ?? target;
      // The nodes' own networks have IDs that no list shows.
      return isPredefined(target) || /^[0-9a-z]{25}$/.test(target) ? ownOfNode : target;
    },
    config: (id) => configs.get(id) ?? id,
  };
}

const ownOfNode = "(the node's own)";

function isSame(field: Field, live: ServiceSpec, desired: ServiceSpec, naming: Naming): boolean {
  const from = field.read(live, naming);
  const to = field.read(desired, naming);
  return field.same?.(from, to) ?? isDeepStrictEqual(from, to);
}

function changesOf(
  field: Field,
  live: ServiceSpec,
  desired: ServiceSpec,
  naming: Naming,
): Change[] {
  return differences(
    field.path,
    field.read(live, naming),
    field.read(desired, naming),
    field.sensitive,
  );
}
