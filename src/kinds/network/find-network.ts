import type { Network } from '../../swarm/types.ts';

/** On a node whose network of that name is about to go, two may be listed for a while: the younger one counts. */
export function findNetwork(name: string, networks: readonly Network[]): Network | undefined {
  return oldestFirst(networks.filter((network) => network.Name === name)).at(-1);
}

export function oldestFirst(networks: readonly Network[]): Network[] {
  return networks.toSorted((a, b) => a.Created.localeCompare(b.Created));
}
