import { BlockList, isIPv6 } from 'node:net';
import type { DesiredNode } from '../../desired/desired.ts';
import type { NodeMatch } from '../../spec/cluster.ts';
import type { Labels, SwarmNode } from '../../swarm/types.ts';
import { fitsPattern } from './fits-pattern.ts';
import { nodeAddress } from './node-address.ts';

/** `unknown`: the Swarm does not tell (yet) what would decide it. */
export type Fit = 'yes' | 'no' | 'unknown';

/** The entry means one node, by its hostname or ID, rather than whatever fits. */
export function isExact({ name, settings }: Pick<DesiredNode, 'name' | 'settings'>): boolean {
  return settings.match === undefined && !/[*?]/.test(name);
}

/** Whether a node is one of those that a pattern or a `match` means; all that is asked for must fit. */
export function fitNode({ name, settings }: DesiredNode, node: SwarmNode): Fit {
  const asked: NodeMatch = settings.match ?? { hostname: name };
  const fits = [
    fitHostname(asked.hostname, node),
    fitLabels(asked.engine_labels, node),
    fitPlatform(asked.platform, node),
    fitAddress(asked.address, node),
  ];
  if (fits.includes('no')) return 'no';
  return fits.includes('unknown') ? 'unknown' : 'yes';
}

function fitHostname(pattern: string | undefined, { Description }: SwarmNode): Fit {
  if (pattern === undefined) return 'yes';
  if (!Description.Hostname) return 'unknown';
  return answer(fitsPattern(Description.Hostname, pattern));
}

function fitLabels(asked: Labels | undefined, { Description }: SwarmNode): Fit {
  if (asked === undefined) return 'yes';
  if (Description.Engine?.EngineVersion === undefined) return 'unknown';
  const labels = Description.Engine.Labels ?? {};
  return answer(Object.entries(asked).every(([key, value]) => labels[key] === value));
}

function fitPlatform(asked: string | undefined, { Description }: SwarmNode): Fit {
  if (asked === undefined) return 'yes';
  const { OS, Architecture } = Description.Platform ?? {};
  if (!OS || !Architecture) return 'unknown';
  const [system, architecture] = asked.split('/');
  const fits = architecture === undefined || architecture === goName(Architecture);
  return answer(OS === system && fits);
}

/** Nodes tell what `uname -m` does, files what Go and images call it. */
function goName(machine: string): string {
  if (/^i[3-6]86$/.test(machine)) return '386';
  if (/^armv?[5-7]/.test(machine)) return 'arm';
  return { x86_64: 'amd64', aarch64: 'arm64', loongarch64: 'loong64' }[machine] ?? machine;
}

function fitAddress(range: string | undefined, node: SwarmNode): Fit {
  if (range === undefined) return 'yes';
  const address = nodeAddress(node);
  if (address === undefined) return 'unknown';
  const [network = '', prefix] = range.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), familyOf(network));
  return answer(list.check(address, familyOf(address)));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function answer(fits: boolean): Fit {
  return fits ? 'yes' : 'no';
}
