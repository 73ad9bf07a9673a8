import { z } from 'zod';
import { external, settleExternal } from './external.ts';
import { mapping, options } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';
import { fileMode } from './scalars.ts';
import { strictObject } from './strict-object.ts';

const common = {
  name: z
    .string()
    .exactOptional()
    .meta({ description: 'Its name in the Swarm, as it is: then its content is fixed too.' }),
  external,
  file: z.string().exactOptional().meta({ description: 'The file with the content.' }),
  environment: z.string().exactOptional().meta({ description: 'The variable with the content.' }),
  labels: mapping.exactOptional().meta({ description: 'Its labels.' }),
  template_driver: z
    .string()
    .exactOptional()
    .meta({ description: '`golang` fills in templates in the content.' }),
};

type Sources = { file?: string; content?: string; environment?: string; driver?: string };

/** Exactly one source, unless somebody else makes it. */
function settleSource<Object extends Sources & { external?: boolean }>(
  object: Object,
  kind: string,
  context: z.RefinementCtx,
): Object {
  const sources = (['file', 'content', 'environment', 'driver'] as const).filter(
    (key) => object[key] !== undefined && object[key] !== '',
  );
  if (object.external === true || sources.length === 1) return object;
  const remedy = `Give the ${kind} exactly one of: "file", "environment"${kind === 'config' ? ', "content"' : ', "driver"'} or "external: true".`;
  const message =
    sources.length === 0 ? 'says nowhere what is in it' : `has ${sources.length} sources`;
  return refuse(
    context,
    sources.length === 0 ? 'missing-key' : 'conflicting-keys',
    message,
    remedy,
  );
}

export const config = strictObject({
  ...common,
  content: z.string().exactOptional().meta({ description: 'The content itself.' }),
}).transform((config, context) =>
  settleSource(settleExternal(config, context, ['labels', 'template_driver']), 'config', context),
);

export const secret = strictObject({
  ...common,
  driver: z.string().exactOptional().meta({ description: 'A plugin that knows the content.' }),
  driver_opts: options.exactOptional().meta({ description: 'Options of the plugin.' }),
}).transform((secret, context) =>
  settleSource(settleExternal(secret, context, ['labels', 'template_driver']), 'secret', context),
);

/** An entry of a service's `configs:` or `secrets:`. */
export const reference = z.union([
  z.string().transform((source): Reference => ({ source })),
  strictObject({
    source: z.string().meta({ description: 'Its name in the section of the same name.' }),
    target: z
      .string()
      .exactOptional()
      .meta({ description: 'The file in the container. A secret’s default: /run/secrets/<name>.' }),
    uid: z.string().exactOptional().meta({ description: 'The owner of the file. Default: 0.' }),
    gid: z.string().exactOptional().meta({ description: 'The group of the file. Default: 0.' }),
    mode: fileMode.exactOptional().meta({ description: 'Its permissions. Default: 0444.' }),
  }),
]);

type Reference = { source: string; target?: string; uid?: string; gid?: string; mode?: number };
