import { z } from 'zod';
import type { Delivery } from '../cluster.ts';
import { refuse } from './refuse.ts';
import { strictObject } from './strict-object.ts';

const ways = ['file', 'webhook', 'secret'] as const;

const absolutePath = z.string().transform((path, context): string => {
  if (/^(?!.*\/\.{0,2}(?:\/|$))\/[^\0]+$/.test(path)) return path;
  const remedy = 'Write the whole path from "/" on, such as "/run/skep/manager.token".';
  return refuse(context, 'bad-path', 'is no absolute path of a file', remedy);
});

const url = z.string().transform((text, context): string => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
    const remedy = 'Write it whole, such as "https://hooks.example.com/skep".';
    return refuse(context, 'bad-url', 'is no URL of http or https', remedy);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    const remedy =
      'Take "user:password@" out: the signature made with "secret_file" proves who sends.';
    return refuse(context, 'bad-url', 'has credentials in it', remedy);
  }
  return text;
});

/** As Swarm has it: https://github.com/moby/swarmkit/blob/master/manager/controlapi/common.go */
const secretName = z.string().transform((name, context): string => {
  if (/^[a-zA-Z0-9](?:[\w.-]{0,62}[a-zA-Z0-9])?$/.test(name)) return name;
  const remedy =
    'Use at most 64 letters, digits, "-", "_" and ".", with a letter or digit first and last.';
  return refuse(context, 'bad-name', 'is no possible name of a secret', remedy);
});

const delivery = strictObject({
  file: absolutePath.exactOptional().meta({
    description:
      'An absolute path where Skep runs; the file is replaced in one step, with mode 0600.',
  }),
  webhook: url
    .exactOptional()
    .meta({ description: 'A URL to post to, signed as Standard Webhooks has it.' }),
  secret_file: absolutePath.exactOptional().meta({
    description: 'The file with the webhook’s signing secret (`whsec_…`), which it needs.',
  }),
  secret: secretName.exactOptional().meta({
    description: 'The name of a Swarm secret; stacks that use it are given each new version.',
  }),
}).transform((one, context): Delivery => {
  const given = ways.filter((way) => one[way] !== undefined);
  if (given.length !== 1) {
    const message = given.length === 0 ? 'says not where to' : `goes ${given.length} ways`;
    const remedy = 'Give each entry exactly one of "file", "webhook" or "secret".';
    return refuse(context, 'conflicting-keys', message, remedy);
  }
  if (one.secret_file !== undefined && one.webhook === undefined) {
    const remedy = 'Take it out, or add "webhook".';
    return refuse(context, 'conflicting-keys', 'has a "secret_file" without "webhook"', remedy);
  }
  if (one.webhook !== undefined && one.secret_file === undefined) {
    const remedy =
      'Add "secret_file" with the path of a file that holds "whsec_" and 24 to 64 random bytes in base64: unsigned, nobody could tell who sends.';
    return refuse(context, 'missing-key', 'has a "webhook" without "secret_file"', remedy);
  }
  return one;
});

export const deliveries = z.array(delivery);

/** Where the key of a locked Swarm may go: not into that Swarm. */
export const keyDeliveries = z.array(
  delivery.transform((one, context): Delivery => {
    if (one.secret === undefined) return one;
    const remedy = 'Deliver it to a "file" or a "webhook" that a restart of the managers spares.';
    return refuse(
      context,
      'useless-delivery',
      'is in the Swarm that the key unlocks, where nobody can read it when it is needed',
      remedy,
      ['secret'],
    );
  }),
);
