import { createHash, scryptSync } from 'node:crypto';

const hashLength = 12;
const longestName = 64;
const longestBase = longestName - 1 - hashLength;

/** A base that leaves room for the hash in a name. Long ones are cut, and told apart by a hash of the whole. */
export function versionBase(name: string): string {
  if (name.length <= longestBase) return name;
  const tail = digest(name).slice(0, 8);
  return `${name.slice(0, longestBase - 1 - tail.length)}-${tail}`;
}

/** The name of one version of a config: its content decides it. */
export function configVersion(base: string, content: readonly (Buffer | string)[]): string {
  return `${base}-${digest(...content).slice(0, hashLength)}`;
}

/**
 * The name of one version of a secret. Names are no secrets, so the hash is a slow one: whoever guesses the content pays
 * 16 MiB and tens of milliseconds a guess. The salt has to be the same everywhere, or each Skep would make its own
 * version; it is the base, so equal contents under two bases look different.
 */
export function secretVersion(base: string, content: readonly (Buffer | string)[]): string {
  const key = scryptSync(framed(content), `skep.secret:${base}`, hashLength / 2, { N: 2 ** 14 });
  return `${base}-${key.toString('hex')}`;
}

/** A hash of a value in which the order of keys does not count. */
export function valueHash(value: unknown): string {
  return digest(JSON.stringify(sorted(value)));
}

function digest(...parts: (Buffer | string)[]): string {
  return createHash('sha256').update(framed(parts)).digest('hex');
}

/** Each part comes with its length, so that no border between two can be mistaken. */
function framed(parts: readonly (Buffer | string)[]): Buffer {
  const bytes = parts.map((part) => Buffer.from(part));
  return Buffer.concat(bytes.flatMap((part) => [Buffer.from(`${part.length}:`), part]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
