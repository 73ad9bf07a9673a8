import type { GenericResource } from '../../swarm/types.ts';
import { type Canonical, list, nonZero } from './canonical.ts';
import { type Field, group, type Members } from './field.ts';

const at = (...keys: string[]) => ['TaskTemplate', 'Resources', ...keys];

const cpus: Canonical = (value) => Number(value ?? 0) / 1e9;

const limits: Members = { NanoCPUs: ['cpus', cpus], MemoryBytes: ['memory', nonZero(0)] };

export const resources: Field[] = [
  group('resources.limits', at('Limits'), { ...limits, Pids: ['pids', nonZero(0)] }),
  group('resources.reservations', at('Reservations'), {
    ...limits,
    GenericResources: ['generic_resources', genericResources],
  }),
];

function genericResources(value: unknown): unknown[] {
  return (list(value) as GenericResource[])
    .map(({ NamedResourceSpec: named, DiscreteResourceSpec: discrete }) =>
      named ? `${named.Kind}=${named.Value}` : `${discrete?.Kind}=${discrete?.Value}`,
    )
    .sort();
}
