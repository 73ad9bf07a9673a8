import type { FileHandle } from 'node:fs/promises';
import { lstat, mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whether the file holds this text and nobody but its owner may read it. */
export async function holdsText(path: string, text: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (!found.isFile() || (found.mode & 0o777) !== 0o600) return false;
    if (found.size !== Buffer.byteLength(text)) return false;
    return (await readFile(path, 'utf8')) === text;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Puts a file with mode 0600 in the place of what is there, in one step: a reader finds the old text or the new one. Its
 * directory is made (0700) when it is not there.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Writes a file beside `path` and takes it away again. Resolves to whether what is written there outlives a restart of the machine. */
export async function tryDirectory(path: string): Promise<boolean> {
  await rm(await writeBeside(path, 'A test of whether Skep can write here.\n'));
  return !inMemory.has((await statfs(dirname(path))).type);
}

/** tmpfs and ramfs: https://man7.org/linux/man-pages/man2/statfs.2.html */
const inMemory = new Set([0x01021994, 0x858458f6]);

async function writeBeside(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${basename(path)}.skep`);
  // What a crash left. Made anew rather than opened, so that nobody can have put a link there.
  await rm(temporary, { force: true });
  await using file = await open(temporary, 'wx', 0o600);
  await file.chmod(0o600);
  await file.writeFile(text);
  await file.sync();
  return temporary;
}

async function syncDirectory(path: string): Promise<void> {
  await using directory: FileHandle = await open(path, 'r');
  await directory.sync();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
