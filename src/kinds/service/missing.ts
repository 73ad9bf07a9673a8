import type { ServiceSpec } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { isPredefined, namesIn } from '../name-ids.ts';
import { findNetwork } from '../network/find-network.ts';

/** What a desired service refers to and is neither there nor coming in this pass. `leaving`: it is to be replaced. */
export function missingFor(
  spec: ServiceSpec,
  world: World,
): { kind: string; name: string; leaving: boolean }[] {
  const live = namesIn(world.snapshot);
  const leaving = new Set(world.leaving?.values());
  return referred(spec)
    .filter(({ kind, name }) => !world.coming.has(`${kind}/${name}`))
    .map((one) => ({ ...one, leaving: one.kind === 'network' && leaving.has(one.name) }))
    .filter((one) => {
      const isThere = live[one.kind](one.name) !== undefined && !isUnallocated(one, world);
      return one.leaving || !isThere;
    });
}

/** What is attached to a network before the Swarm has allocated it may stay without addresses. */
function isUnallocated({ kind, name }: Referred, { snapshot }: World): boolean {
  return kind === 'network' && findNetwork(name, snapshot.networks)?.Driver === '';
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
