import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { mapConcurrently } from './map-concurrently.ts';

/** What a directory looks like from outside: it cannot change without its signature changing. */
export type DirectorySignature = {
  text: string;
  /** When the youngest entry changed, in ms since the epoch. */
  youngestMs: number;
};

const concurrentLooks = 32;
const mostEntries = 20_000;

/**
 * The signature of everything below a directory; undefined when it cannot be had. It goes by the time of the inode's
 * change, which, unlike that of its content's, nobody sets back: rsync and cp keep the latter.
 */
export async function signDirectory(directory: string): Promise<DirectorySignature | undefined> {
  try {
    const root = await realpath(directory);
    const lines = await signBelow(root, '', { left: mostEntries });
    const changes = lines.map(({ stat }) => stat.ctimeNs);
    const youngest = changes.reduce((a, b) => (a > b ? a : b), 0n);
    const text = lines.map(({ path, stat }) => line(path, stat));
    return {
      text: [root, ...text.toSorted()].join('\n'),
      youngestMs: Number(youngest / 1_000_000n),
    };
  } catch {
    return undefined;
  }
}

type Entry = { path: string; stat: BigIntStats };

async function signBelow(root: string, below: string, budget: { left: number }): Promise<Entry[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  budget.left -= entries.length;
  if (budget.left < 0) throw new Error('too many entries');
  const found = await mapConcurrently(entries.filter(mayMatter), concurrentLooks, async (entry) => {
    const path = join(below, entry.name);
    const own = { path, stat: await lstat(join(root, path), { bigint: true }) };
    return entry.isDirectory() ? [own, ...(await signBelow(root, path, budget))] : [own];
  });
  return found.flat();
}

function mayMatter(entry: Dirent): boolean {
  return entry.name !== '.git';
}

function line(path: string, { ino, size, mode, ctimeNs }: BigIntStats): string {
  return `${path} ${ino} ${size} ${mode} ${ctimeNs}`;
}
