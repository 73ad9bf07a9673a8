import type { Path } from '../diagnostic.ts';
import { Override, Reset } from '../tags.ts';

export type Stripped = { value: unknown; replaced: Path[] };

/** The value as if `!reset` keys were not there and `!override` said nothing, and the paths of both. */
export function stripTags(value: unknown): Stripped {
  const replaced: Path[] = [];
  return { value: strip(value, [], replaced), replaced };
}

function strip(value: unknown, path: Path, replaced: Path[]): unknown {
  if (value instanceof Reset) {
    replaced.push(path);
    return undefined;
  }
  if (value instanceof Override) {
    replaced.push(path);
    return strip(value.value, path, replaced);
  }
  if (Array.isArray(value)) {
    return value
      .map((item, index) => strip(item, [...path, index], replaced))
      .filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([key, item]) => [key, strip(item, [...path, key], replaced)] as const)
    .filter(([, item]) => item !== undefined);
  return Object.fromEntries(kept);
}
