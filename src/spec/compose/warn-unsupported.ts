import type { Path } from '../diagnostic.ts';
import type { Notes } from './notes.ts';

/** One warning per key that Swarm has nothing for, unless its value asks for nothing. */
export function warnUnsupported(
  values: object,
  unsupported: Readonly<Record<string, string>>,
  path: Path,
  notes: Notes,
): void {
  for (const [key, value] of Object.entries(values)) {
    const instead = Object.hasOwn(unsupported, key) ? unsupported[key] : undefined;
    if (instead === undefined || asksForNothing(value)) continue;
    const message = `is not honoured by Swarm: ${instead}`;
    notes.warn([...path, key], 'not-supported-by-swarm', message, `Remove "${key}".`);
  }
}

function asksForNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === false ||
    value === null ||
    (Array.isArray(value) && value.length === 0)
  );
}
