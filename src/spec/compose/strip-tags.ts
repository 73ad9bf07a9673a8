import type { Path } from '../diagnostic.ts';
import { Override, Reset } from '../tags.ts';

export type Stripped = {
  value: unknown;
  /** Where `!reset` and `!override` stood. */
  replaced: Path[];
  /** Where a key stood that JavaScript keeps for itself; it is left out. */
  forbidden: Path[];
};

/** The value as if `!reset` keys were not there and `!override` said nothing. */
export function stripTags(value: unknown): Stripped {
  const stripped: Stripped = { value: undefined, replaced: [], forbidden: [] };
  stripped.value = strip(value, [], stripped);
  return stripped;
}

function strip(value: unknown, path: Path, found: Stripped): unknown {
  if (value instanceof Reset) {
    found.replaced.push(path);
    return undefined;
  }
  if (value instanceof Override) {
    found.replaced.push(path);
    return strip(value.value, path, found);
  }
  if (Array.isArray(value)) {
    return value
      .map((item, index) => strip(item, [...path, index], found))
      .filter((item) => item !== undefined);
  }
  return typeof value === 'object' && value !== null ? stripEntries(value, path, found) : value;
}

function stripEntries(value: object, path: Path, found: Stripped): unknown {
  const kept: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    if (key === '__proto__') {
      found.forbidden.push(at);
      continue;
    }
    const stripped = strip(item, at, found);
    if (stripped !== undefined) kept.push([key, stripped]);
  }
  return Object.fromEntries(kept);
}
