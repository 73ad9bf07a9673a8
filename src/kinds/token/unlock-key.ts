import type { Swarm, SwarmNode } from '../../swarm/types.ts';

/** Whether managers need a key after a restart: otherwise there is none, and nothing to rotate. */
export function isLocked({ Spec }: Pick<Swarm, 'Spec'>): boolean {
  return Spec.EncryptionConfig?.AutoLockManagers ?? false;
}

/** Hostnames of managers that would not hear of a new key. */
export function unreachableManagers(nodes: readonly SwarmNode[]): string[] {
  return nodes
    .filter(({ ManagerStatus }) => ManagerStatus && ManagerStatus.Reachability !== 'reachable')
    .map(({ Description }) => Description.Hostname)
    .sort();
}
