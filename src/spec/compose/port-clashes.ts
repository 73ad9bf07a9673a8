import type { Compose, ComposePort } from '../compose.ts';
import { portKey } from './ports.ts';

export type PortClash = { service: string; other: string; key: string };

type Claim = { service: string; mode: string };

/**
 * Published ports that two services claim. Two in mode "host" may share one, on different nodes; one in mode "ingress"
 * has its port on every node for itself.
 */
export function findClashes({ services }: Compose): PortClash[] {
  const claims = new Map<string, Claim[]>();
  const clashes: PortClash[] = [];
  for (const [service, key, { mode }] of publishedPorts(services)) {
    const earlier = claims.get(key) ?? [];
    const other = earlier.find(
      (claim) => claim.service !== service && (mode !== 'host' || claim.mode !== 'host'),
    );
    if (other !== undefined) clashes.push({ service, other: other.service, key });
    claims.set(key, [...earlier, { service, mode }]);
  }
  return clashes;
}

function publishedPorts(services: Compose['services']): [string, string, ComposePort][] {
  return Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports
      .filter(({ published }) => published !== undefined)
      .map((port): [string, string, ComposePort] => [name, portKey(port), port]),
  );
}
