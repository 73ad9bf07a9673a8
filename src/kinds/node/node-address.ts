import { BlockList, isIP } from 'node:net';
import type { SwarmNode } from '../../swarm/types.ts';

/** What stands for "here" or "anywhere" says nothing of where a node is. */
const nowhere = new BlockList();
nowhere.addSubnet('0.0.0.0', 8);
nowhere.addSubnet('127.0.0.0', 8);
nowhere.addAddress('::', 'ipv6');
nowhere.addAddress('::1', 'ipv6');

/**
 * The address of a node as the other managers know it; undefined when the Swarm does not tell. What managers advertise
 * comes first: their status often says 0.0.0.0 or 127.0.0.1. https://github.com/moby/moby/issues/35437
 */
export function nodeAddress({ ManagerStatus, Status }: SwarmNode): string | undefined {
  const advertised = ManagerStatus?.Addr?.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
  return [advertised, Status.Addr].find((address) => address !== undefined && isSomewhere(address));
}

function isSomewhere(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !nowhere.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
