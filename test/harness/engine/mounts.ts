import { readFileSync } from 'node:fs';
import { tryCommand } from '../command.ts';
import { eventually } from '../await.ts';

/** Unmounts everything below the folders, innermost first, lazily where something still holds it. */
export async function unmountBelow(folders: readonly string[]): Promise<number> {
  const found = mountsBelow(folders);
  await eventually(
    async () => {
      for (const mount of mountsBelow(folders)) {
        const plain = await tryCommand('umount', [mount], { within: 10_000 });
        if (plain.code !== 0) await tryCommand('umount', ['--lazy', mount], { within: 10_000 });
      }
      return mountsBelow(folders).length === 0;
    },
    { what: `unmounting ${folders.join(' and ')}`, within: 60_000 },
  );
  return found.length;
}

function mountsBelow(folders: readonly string[]): string[] {
  return mountPoints(readFileSync('/proc/self/mountinfo', 'utf8')).filter((mount) =>
    folders.some((folder) => mount === folder || mount.startsWith(`${folder}/`)),
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
