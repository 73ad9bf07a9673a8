import { container } from './container.ts';
import { environment } from './environment.ts';
import type { Field } from './field.ts';
import { image } from './image.ts';
import { labels } from './labels.ts';
import { mode } from './mode.ts';
import { mounts } from './mounts.ts';
import { networks } from './networks.ts';
import { placement } from './placement.ts';
import { endpoint } from './ports.ts';
import { references } from './references.ts';
import { resources } from './resources.ts';
import { rollout } from './rollout.ts';

/**
 * Everything of a service that a file can say, in the order it is shown. What is not here stays as it is live: the
 * counter that forces updates, the runtime, platforms, registry credentials, fields of newer Engines.
 */
export const fields: readonly Field[] = [
  image,
  ...mode,
  environment,
  ...labels,
  ...container,
  mounts,
  ...endpoint,
  networks,
  ...references,
  ...resources,
  ...rollout,
  ...placement,
];
