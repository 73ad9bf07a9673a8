import type { ComposeResources, ComposeService } from '../spec/compose.ts';
import type { GenericResource, Resources, TaskSpec } from '../swarm/types.ts';
import { omitEmpty, present } from './omit-empty.ts';

/** The empty object where nothing is said is what `docker stack deploy` sends, and adding one later restarts tasks. */
export function convertResources(
  resources: NonNullable<ComposeService['deploy']>['resources'],
): NonNullable<TaskSpec['Resources']> {
  return present({
    Limits: resources?.limits && convertAmounts(resources.limits),
    Reservations: resources?.reservations && convertAmounts(resources.reservations),
  });
}

function convertAmounts(amounts: ComposeResources): Resources {
  return omitEmpty<Resources>({
    NanoCPUs: amounts.cpus,
    MemoryBytes: amounts.memory,
    Pids: amounts.pids,
    GenericResources: amounts.generic_resources?.map(convertGeneric),
  });
}

/** A number is an amount; a text names one of several (a certain GPU). */
function convertGeneric({ kind, value }: { kind: string; value: number | string }): GenericResource {
  return typeof value === 'number'
    ? { DiscreteResourceSpec: { Kind: kind, Value: value } }
    : { NamedResourceSpec: { Kind: kind, Value: value } };
}
