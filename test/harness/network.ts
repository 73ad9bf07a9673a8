import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import { BRIDGE_PREFIX } from './engine/paths.ts';
import { RUN_LABEL } from './run-id.ts';

export interface TestNetwork {
  id: string;
  name: string;
  /** the first three numbers of its /24 subnet, such as `10.99.7` */
  prefix: string;
}

/**
 * Creates a bridge network with a /24 subnet of its own that neither the Engine nor the machine uses yet. It lies in 10.99.0.0/16:
 * far from 172.17 and 172.18, which the Engines inside the nodes take.
 */
export async function createNetwork(docker: Docker, runId: string): Promise<TestNetwork> {
  const taken = routedPrefixes();
  for (const third of shuffledNumbers()) {
    const prefix = `10.99.${third}`;
    if (taken.some((route) => overlaps(route, prefix))) continue;
    const network = await tryCreate(docker, runId, prefix, third);
    if (network !== undefined) return network;
  }
  throw new Error('no subnet in 10.99.0.0/16 is free: remove the networks you do not need');
}

async function tryCreate(
  docker: Docker,
  runId: string,
  prefix: string,
  third: number,
): Promise<TestNetwork | undefined> {
  const name = `${BRIDGE_PREFIX}${third}`;
  try {
    const created = await docker.createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0/24`, Gateway: `${prefix}.1` }] },
      Options: { 'com.docker.network.bridge.name': name },
      Labels: { [RUN_LABEL]: runId },
    });
    return { id: created.id, name, prefix };
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** Another swarm, perhaps of another run, was faster. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && /overlaps|already exists|conflicts with/i.test(error.message);
}

/** Swarms that start at the same moment rarely try the same number first. */
function shuffledNumbers(): number[] {
  return Array.from({ length: 254 }, (_, index) => ({ number: index + 1, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ number }) => number);
}

interface Route {
  network: number;
  mask: number;
}

/** What the machine routes already; also the subnets of bridges that a dead Engine left, which are down but in the way. */
function routedPrefixes(): Route[] {
  if (process.platform !== 'linux') return [];
  return parseRoutes(readFileSync('/proc/net/route', 'utf8'));
}

/** The routes in `/proc/net/route`, whose addresses are hexadecimal with the last number first; not the default route. */
export function parseRoutes(table: string): Route[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map((fields) => ({ network: reversedHex(fields[1]), mask: reversedHex(fields[7]) }))
    .filter((route) => route.mask !== 0);
}

function reversedHex(text = ''): number {
  const numbers = text.match(/../g) ?? [];
  return numbers.reduceRight((sum, pair) => sum * 256 + Number.parseInt(pair, 16), 0);
}

/** Whether a route and a /24 subnet, given by its first three numbers, have addresses in common. */
export function overlaps(route: Route, prefix: string): boolean {
  const subnet = prefix.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) * 256;
  const common = Math.min(route.mask, 0xffffff00);
  return (subnet & common) >>> 0 === (route.network & common) >>> 0;
}
