import { z } from 'zod';
import { refuse } from './refuse.ts';
import { goText } from './scalars.ts';

/** Docker refuses the same item twice, so a slip does not pass. */
export const textList = z.array(z.string()).transform(unique);

function unique(items: string[], context: z.RefinementCtx): string[] {
  for (const [index, item] of items.entries()) {
    if (items.indexOf(item) !== index) {
      refuse(context, 'duplicate-item', 'is in the list twice', 'Remove one of the two.', [index]);
    }
  }
  return items;
}

export const textOrList = z.union([z.string().transform((text) => [text]), textList]);

/** For DNS servers and the like: one text or several. Numbers count as text. */
export const textOrNumberList = z.array(z.union([z.string(), z.number()]).transform(goText));

/** A mapping whose values are text or numbers. */
export const options = z.record(z.string(), z.union([z.string(), z.number()]).transform(goText));

/** As `options`, with a missing value as empty text. */
export const optionsWithNulls = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.null()]).transform((value) => goText(value ?? '')),
);

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A mapping, or a list of `KEY=value`. A missing value is empty. */
export const mapping = z.union([
  z.record(
    z.string(),
    value.transform((value) => goText(value ?? '')),
  ),
  textList.transform((list) => fromList(list, '')),
]);

/** A mapping, or a list of `KEY=value`, in which a missing value stays missing. */
export const mappingWithNulls = z.union([
  z.record(
    z.string(),
    value.transform((value) => (value === null ? null : goText(value))),
  ),
  textList.transform((list) => fromList(list, null)),
]);

function fromList<Missing>(list: string[], missing: Missing): Record<string, string | Missing> {
  return Object.fromEntries(list.map((entry) => splitAtFirst(entry, '=', missing)));
}

function splitAtFirst<Missing>(
  entry: string,
  separator: string,
  missing: Missing,
): [string, string | Missing] {
  const at = entry.indexOf(separator);
  return at === -1 ? [entry, missing] : [entry.slice(0, at), entry.slice(at + 1)];
}
