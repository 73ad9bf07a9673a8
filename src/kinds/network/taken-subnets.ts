import { isIPv4 } from 'node:net';
import type { DesiredNetwork } from '../../desired/desired.ts';
import type { Network, NetworkCreate } from '../../swarm/types.ts';
import { maskSubnet } from './mask-subnet.ts';

/** Subnets that other networks of the Swarm have already: the new network would never be allocated. */
export function takenSubnets(
  { spec }: DesiredNetwork,
  live: Network,
  networks: readonly Network[],
): string[] {
  const others = networks.filter(({ Id, Name }) => Id !== live.Id && Name !== live.Name);
  return subnetsOf(spec).flatMap((subnet) =>
    others
      .filter((other) => subnetsOf(other).some((taken) => overlap(subnet, taken)))
      .map(({ Name }) => `subnet ${subnet}, which the network ${Name} has`),
  );
}

function subnetsOf(network: Network | NetworkCreate): string[] {
  return (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []);
}

function overlap(a: string, b: string): boolean {
  const [address = '', length] = a.split('/');
  const [other = '', otherLength] = b.split('/');
  if (isIPv4(address) !== isIPv4(other)) return false;
  const bits = Math.min(Number(length), Number(otherLength));
  return maskSubnet(`${address}/${bits}`) === maskSubnet(`${other}/${bits}`);
}
