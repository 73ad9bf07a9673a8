import { isIPv4 } from 'node:net';

/**
 * How many addresses an IPv4 subnet (`10.0.9.0/24`) has for services, tasks and nodes: all but its own, the broadcast's and
 * the gateway's. Undefined when it is no IPv4 subnet; an IPv6 one does not run out.
 */
export function usableAddresses(subnet: string): number | undefined {
  const [address = '', bits = ''] = subnet.split('/');
  const length = Number(bits);
  if (!isIPv4(address) || bits === '' || !(length >= 0 && length <= 32)) return undefined;
  return Math.max(0, 2 ** (32 - length) - 3);
}
