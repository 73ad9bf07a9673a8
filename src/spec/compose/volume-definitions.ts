import { z } from 'zod';
import { external, settleExternal } from './external.ts';
import { mapping, options } from './lists-and-maps.ts';
import { strictObject } from './strict-object.ts';

const volumeKeys = strictObject({
  name: z
    .string()
    .exactOptional()
    .meta({ description: 'Its name on the nodes, as it is. Absent: `<stack>_<key>`.' }),
  external,
  driver: z.string().exactOptional().meta({ description: 'Default: local.' }),
  driver_opts: options.exactOptional().meta({ description: 'Options of the driver.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels of the volume.' }),
});

export const volumeDefinition = z
  .union([volumeKeys, z.null().transform((): z.output<typeof volumeKeys> => ({}))])
  .transform((volume, context) => settleExternal(volume, context));
