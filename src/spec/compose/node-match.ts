import { isIP } from 'node:net';
import { z } from 'zod';
import type { NodeMatch } from '../cluster.ts';
import { refuse } from './refuse.ts';

/** What the name of a node's entry may be: a host name or an ID, or a pattern for several host names. */
export const nodePattern = /^[a-zA-Z0-9._*?-]+$/;

export const hostnamePattern = z
  .string()
  .transform((text, context): string =>
    nodePattern.test(text)
      ? text
      : refuse(
          context,
          'bad-pattern',
          'is no pattern for a host name',
          'Use letters, digits, ".", "_" and "-", "*" for any text and "?" for one character.',
        ),
  );

const systems = ['linux', 'windows'];
const architectures = 'amd64 arm64 arm 386 ppc64le s390x riscv64 loong64 mips64le'.split(' ');

/** `linux` or `linux/arm64`, as Docker writes platforms. A node does not tell the variant of its architecture. */
export const platform = z.string().transform((text, context): string => {
  const [system = '', architecture, ...rest] = text.split('/');
  const known = architecture === undefined || architectures.includes(architecture);
  if (systems.includes(system) && known && rest.length === 0) return text;
  const remedy = `Write "linux" or "windows", or with the architecture: "linux/amd64". Architectures are ${architectures.join(', ')}.`;
  return refuse(context, 'bad-platform', 'is no platform of nodes', remedy);
});

export const addressRange = z.string().transform((text, context): string => {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  if (isPrefix && rest.length === 0) return text;
  const remedy =
    'Write it as "10.1.0.0/16" or "fd00:1::/64"; one address alone is "10.1.0.7/32" or "fd00:1::7/128".';
  return refuse(context, 'bad-range', 'is no range of addresses', remedy);
});

/** A `match` that asks for nothing would mean every node, which nobody writes on purpose. */
export function settleMatch(match: NodeMatch, context: z.RefinementCtx): NodeMatch {
  const { engine_labels: labels, ...others } = match;
  const asks = Object.keys(others).length + Object.keys(labels ?? {}).length > 0;
  const remedy =
    'Add "hostname", "engine_labels", "platform" or "address"; hostname "*" is any node.';
  return asks ? match : refuse(context, 'empty-match', 'asks for nothing', remedy);
}
