import { signDirectory } from './directory-signature.ts';
import { readSpecs } from './read-specs.ts';
import type { ReadOptions } from './read-specs.ts';
import type { SpecSet } from './spec-set.ts';

/** Two changes within one tick of the file system's clock look like one: what is this young is read again. */
const tickMs = 100;

/** Reads the directory when something in it changed since the last reading, and answers with that one otherwise. `now` in ms since the epoch. */
export function specReader(
  options: Omit<ReadOptions, 'overlay'>,
  now: () => number,
): (overlay?: Record<string, string>) => Promise<SpecSet> {
  let last: { signature: string; set: SpecSet } | undefined;
  return async (overlay) => {
    if (overlay) return await readSpecs({ ...options, overlay });
    const signature = await signDirectory(options.directory);
    if (signature && signature.text === last?.signature) return last.set;
    const settled = signature && now() - signature.youngestMs > tickMs;
    const set = await readSpecs(options);
    last = settled ? { signature: signature.text, set } : undefined;
    return set;
  };
}
