import { z } from 'zod';
import { duration } from './durations.ts';
import { flag } from './scalars.ts';
import { strictObject } from './strict-object.ts';

/** Our own options, below `x-skep`. */
export const skepOptions = strictObject({
  ignore: z.array(z.string()).exactOptional().meta({
    description:
      'Fields that somebody else sets and Skep leaves alone: replicas, image, labels.<key>, env.<NAME>, or a path in the Engine’s spec.',
  }),
  suspend: flag.exactOptional().meta({ description: 'Leave it as it is until this is gone.' }),
  prune: flag
    .exactOptional()
    .meta({ description: 'Whether it may be removed when no file has it.' }),
  replace: flag.exactOptional().meta({
    description:
      'Allow removing and making it anew where Swarm cannot change it. The services that use a network are detached from it first, which restarts their tasks, and attached to the new one.',
  }),
  timeout: duration
    .exactOptional()
    .meta({ description: 'How long a rollout may go without progress.' }),
});
