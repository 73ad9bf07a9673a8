import { z } from 'zod';
import { refuse } from './refuse.ts';
import { flag } from './scalars.ts';
import { strictObject } from './strict-object.ts';

type External = { external: boolean; name?: string };

/** `external: true`, or the older `external: { name: x }`. */
export const external = z
  .union([
    flag.transform((external): External => ({ external })),
    strictObject({
      name: z.string().exactOptional().meta({ description: 'Older form of the `name` beside it.' }),
    }).transform((named): External => ({ external: true, ...named })),
  ])
  .exactOptional()
  .meta({ description: 'Somebody else makes and keeps it; it only has to be there.' });

type Named = { external?: External; name?: string };

/** Brings both forms of `external` into one, and refuses keys that say how to make what somebody else makes. */
export function settleExternal<Object extends Named>(
  { external: said, ...object }: Object,
  context: z.RefinementCtx,
  allowed: readonly string[] = [],
): Omit<Object, 'external'> & { external?: boolean } {
  if (said === undefined) return object;
  if (!said.external) return { ...object, external: false };
  if (said.name !== undefined && object.name !== undefined) {
    const message = 'has two names, "name" and "external.name"';
    return refuse(context, 'conflicting-keys', message, 'Keep "name" and write "external: true".');
  }
  const mine = Object.keys(object).filter((key) => key !== 'name' && !allowed.includes(key));
  for (const key of mine) {
    const message = `is set although "external" says that somebody else makes it`;
    refuse(context, 'conflicting-keys', message, `Remove "${key}" or "external".`, [key]);
  }
  return { ...object, external: true, ...(said.name !== undefined && { name: said.name }) };
}
