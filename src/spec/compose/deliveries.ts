import { z } from 'zod';
import { refuse } from './refuse.ts';
import { strictObject } from './strict-object.ts';

const ways = ['file', 'webhook', 'secret'] as const;

const delivery = strictObject({
  file: z
    .string()
    .exactOptional()
    .meta({ description: 'An absolute path; the file is replaced in one step, with mode 0600.' }),
  webhook: z
    .string()
    .exactOptional()
    .meta({ description: 'A URL to post to, signed as Standard Webhooks has it.' }),
  secret_file: z
    .string()
    .exactOptional()
    .meta({ description: 'The file with the webhook’s signing secret (`whsec_…`).' }),
  secret: z.string().exactOptional().meta({
    description: 'The name of a Swarm secret; stacks that use it are given each new version.',
  }),
}).transform((one, context) => {
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
  return one;
});

export const deliveries = z.array(delivery);
