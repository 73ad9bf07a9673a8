import { isIP } from 'node:net';
import { z } from 'zod';
import type { ComposePort } from '../compose.ts';
import { refuse } from './refuse.ts';
import { wholeNumber } from './scalars.ts';
import { strictObject } from './strict-object.ts';

/** One entry of `ports:`; a range makes several ports. `hostIp` is there to warn about: Swarm listens on every address. */
export type PortEntry = { ports: ComposePort[]; hostIp?: string };

type Range = { from: number; to: number };

/** `[ip:][published:]target[/protocol]`, each part but the IP a port or a range; or what is wrong with it. */
export function parsePort(text: string): PortEntry | string {
  const parts = text.split(':');
  const [targetText = '', protocolText = ''] = (parts.pop() ?? '').split(/\/(.*)/s);
  const publishedText = parts.pop() ?? '';
  const hostIp = parts.join(':').replace(/^\[(.*)\]$/s, '$1');
  const protocol = protocolText === '' ? 'tcp' : protocolText.toLowerCase();
  if (!protocols.has(protocol)) return 'has a protocol other than tcp, udp and sctp';
  if (hostIp !== '' && isIP(hostIp) === 0) return 'begins with something that is no IP address';
  const target = parseRange(targetText);
  if (target === undefined) return 'has no valid container port';
  const published = publishedText === '' ? undefined : parseRange(publishedText);
  if (publishedText !== '' && published === undefined) return 'has no valid published port';
  const ports = pair(target, published, protocol);
  if (typeof ports === 'string') return ports;
  return isUnspecified(hostIp) ? { ports } : { ports, hostIp };
}

const protocols = new Set(['tcp', 'udp', 'sctp']);

function isUnspecified(ip: string): boolean {
  return ip === '' || ip === '0.0.0.0' || /^[0:]+$/.test(ip);
}

function parseRange(text: string): Range | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from >= 1 && from <= to && to <= 65_535 ? { from, to } : undefined;
}

/** A single container port may take a whole range of published ones; otherwise both must be equally long. */
function pair(
  target: Range,
  published: Range | undefined,
  protocol: string,
): ComposePort[] | string {
  const targets = width(target);
  const base = { protocol, mode: 'ingress' };
  if (published === undefined) return count(targets, (i) => ({ target: target.from + i, ...base }));
  if (targets > 1 && targets !== width(published)) {
    return 'has two ranges of different lengths';
  }
  return count(width(published), (i) => ({
    target: targets === 1 ? target.from : target.from + i,
    published: published.from + i,
    ...base,
  }));
}

function width(range: Range): number {
  return range.to - range.from + 1;
}

function count<Item>(length: number, item: (index: number) => Item): Item[] {
  return Array.from({ length }, (_, index) => item(index));
}

const shortPort = z.union([z.string(), z.number()]).transform((value, context): PortEntry => {
  const entry = parsePort(String(value));
  if (typeof entry !== 'string') return entry;
  return refuse(context, 'bad-port', entry, 'Write it as "8080:80", "8080:80/udp" or "80".');
});

const publishedPort = z.union([z.number(), z.string()]).transform((value, context): Range => {
  const range = value === 0 || value === '0' ? { from: 0, to: 0 } : parseRange(String(value));
  return range ?? refuse(context, 'bad-port', 'is no port', 'Write a port from 1 to 65535.');
});

const longPort = strictObject({
  target: wholeNumber({ min: 1, max: 65_535 }).meta({
    description: 'The port inside the containers.',
  }),
  published: publishedPort
    .exactOptional()
    .meta({ description: 'The port on every node, or a range. Absent: Swarm chooses one.' }),
  protocol: z.enum(['tcp', 'udp', 'sctp']).exactOptional().meta({ description: 'Default: tcp.' }),
  mode: z.enum(['ingress', 'host']).exactOptional().meta({
    description: '`ingress` (default): the routing mesh. `host`: only on nodes with a task.',
  }),
  host_ip: z
    .string()
    .exactOptional()
    .meta({ description: 'Not honoured by Swarm, which listens on every address.' }),
  name: z.string().exactOptional().meta({ description: 'A name for people.' }),
  app_protocol: z.string().exactOptional().meta({ description: 'For people and proxies.' }),
}).transform(
  ({ target, published, protocol = 'tcp', mode = 'ingress', host_ip = '' }): PortEntry => {
    const single = { target, protocol, mode };
    const ports =
      published === undefined || published.from === 0
        ? [single]
        : count(width(published), (i) => ({ ...single, published: published.from + i }));
    return isUnspecified(host_ip) ? { ports } : { ports, hostIp: host_ip };
  },
);

export const ports = z.array(z.union([shortPort, longPort]));

/** Names a published port; two tasks may share one only if it differs in protocol. */
export function portKey({ published, target, protocol }: ComposePort): string {
  return published === undefined ? `:${target}/${protocol}` : `${published}/${protocol}`;
}
