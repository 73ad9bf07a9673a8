import type { ServiceSpec } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { isPredefined, namesIn } from '../name-ids.ts';

/** What a desired service refers to and is neither there nor coming in this pass, as `network backend`. */
export function missingFor(spec: ServiceSpec, world: World): string[] {
  const live = namesIn(world.snapshot);
  return referred(spec)
    .filter(({ kind, name }) => live[kind](name) === undefined)
    .filter(({ kind, name }) => !world.coming.has(`${kind}/${name}`))
    .map(({ kind, name }) => `${kind} ${name}`);
}

type Referred = { kind: 'network' | 'config' | 'secret'; name: string };

function referred(spec: ServiceSpec): Referred[] {
  const { Networks: networks = [], ContainerSpec: container } = spec.TaskTemplate;
  return [
    ...networks
      .filter(({ Target: name }) => !isPredefined(name))
      .map(({ Target: name }): Referred => ({ kind: 'network', name })),
    ...(container?.Configs ?? []).map(({ ConfigName: name }): Referred => ({
      kind: 'config',
      name,
    })),
    ...(container?.Secrets ?? []).map(({ SecretName: name }): Referred => ({
      kind: 'secret',
      name,
    })),
  ];
}
