import { readFileSync } from 'node:fs';
import { tryCommand } from '../command.ts';

/** A plain unmount of one can make another possible, and the second round is lazy. */
const ROUNDS = [[], ['--lazy'], ['--lazy']];

/**
 * Unmounts everything below the folders, innermost first, lazily where something still holds it. Returns how many mounts there
 * were; one that stays (another mount may hide it) is no error.
 */
export async function unmountBelow(folders: readonly string[]): Promise<number> {
  const found = mountsBelow(folders).length;
  for (const how of ROUNDS) {
    for (const mount of mountsBelow(folders)) {
      await tryCommand('umount', [...how, mount], { within: 10_000 });
    }
  }
  return found;
}

/** Below, but not the folders themselves: what is mounted there was put there by someone else. */
function mountsBelow(folders: readonly string[]): string[] {
  return mountPoints(readFileSync('/proc/self/mountinfo', 'utf8')).filter((mount) =>
    folders.some((folder) => mount.startsWith(`${folder}/`)),
  );
}

/** The mount points in a mountinfo, the last mounted first. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) => point.replace(/\\(\d{3})/g, (_, octal: string) => octalLetter(octal)))
    .toReversed();
}

/** Blanks, tabs and backslashes in a mount point are written as octal numbers. */
function octalLetter(octal: string): string {
  return String.fromCodePoint(Number.parseInt(octal, 8));
}
