import { z } from 'zod';
import { mapping } from './lists-and-maps.ts';
import { addressRange, hostnamePattern, platform, settleMatch } from './node-match.ts';
import { atLeast, cronExpression, timezone } from './schedule.ts';
import { strictObject } from './strict-object.ts';

const match = strictObject({
  hostname: hostnamePattern
    .exactOptional()
    .meta({ description: 'A pattern with `*` and `?` for the host name.' }),
  engine_labels: mapping
    .exactOptional()
    .meta({ description: 'Labels of the Engine, which its daemon.json has; all must be there.' }),
  platform: platform
    .exactOptional()
    .meta({ description: 'Operating system, or with the architecture: `linux/arm64`.' }),
  address: addressRange.exactOptional().meta({
    description:
      'A range, IPv4 or IPv6, that the node’s address is in: `10.1.0.0/16`. The address is the one that managers see.',
  }),
}).transform(settleMatch);

const maintenance = strictObject({
  cron: cronExpression.meta({
    description:
      'When the node is drained: a cron expression of five fields. Where that would leave no active node, it waits.',
  }),
  for: atLeast(60_000_000_000, '1m').meta({
    description:
      'How long after that it gets back what it had; less than from one time of `cron` to the next.',
  }),
  timezone: timezone.exactOptional().meta({ description: 'Where that time is. Default: UTC.' }),
});

const nodeKeys = strictObject({
  match: match.exactOptional().meta({
    description:
      'Which nodes are meant, instead of by the entry’s name; all that is given must fit. What an entry for the very host says goes before what a pattern or `match` says.',
  }),
  role: z.enum(['worker', 'manager']).exactOptional().meta({
    description:
      'What it is. Roles change one at a time, the leader last, and never towards managers that bear fewer failures.',
  }),
  availability: z.enum(['active', 'pause', 'drain']).exactOptional().meta({
    description:
      'Whether it takes tasks, keeps those it has, or gives them up (`drain`, which waits until they have left).',
  }),
  labels: mapping.exactOptional().meta({ description: 'Labels for placement.' }),
  maintenance: maintenance
    .exactOptional()
    .meta({ description: 'A window in which the node is drained, on a schedule.' }),
  remove_down_after: atLeast(60_000_000_000, '1m').exactOptional().meta({
    description:
      'A worker that has been down so long is taken off the list: the old self of a machine that joined again and, where a pattern or `match` means it, also a machine that is gone. Default: never.',
  }),
});

/** An entry of `nodes`. */
export const node = z.union([nodeKeys, z.null().transform((): z.output<typeof nodeKeys> => ({}))]);
