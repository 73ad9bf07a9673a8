import { constants } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { Dirent } from 'node:fs';

export type Problem = { code: string; message: string; remedy?: string };

export type Read = { bytes: Buffer } | { problem: Problem; missing?: boolean };
type ReadText = { text: string; bytes: Buffer } | { problem: Problem; missing?: boolean };

export type Entry = { name: string; isDirectory: boolean };
type Listing = { entries: Entry[] } | { problem: Problem };

type Decrypt = (file: string, bytes: Buffer) => Promise<Buffer>;

const maxFileBytes = 1024 * 1024;

/**
 * The directory of files, read only. Every file is read once, so that all who ask for it see the same bytes; nothing
 * outside of the directory is read, be it through `..` or a symlink. All paths are relative to it, with `/`.
 */
export class SourceDirectory {
  readonly #root: string;
  readonly #overlay: ReadonlyMap<string, string>;
  readonly #decrypt: Decrypt | undefined;
  readonly #reads = new Map<string, Promise<Read>>();
  readonly #realPaths = new Map<string, Promise<string>>();

  /** `root` has its symlinks resolved. */
  constructor(root: string, overlay: ReadonlyMap<string, string>, decrypt: Decrypt | undefined) {
    this.#root = root;
    this.#overlay = overlay;
    this.#decrypt = decrypt;
  }

  read(path: string): Promise<Read> {
    const known = this.#reads.get(path);
    if (known) return known;
    const read = this.#read(path);
    this.#reads.set(path, read);
    return read;
  }

  async readText(path: string): Promise<ReadText> {
    const read = await this.read(path);
    if ('problem' in read) return read;
    const text = decodeText(read.bytes);
    return text === undefined ? { problem: notText(path) } : { text, bytes: read.bytes };
  }

  /** What is in a folder, in the order of names. */
  async list(path: string): Promise<Listing> {
    const proposed = this.#proposed(path);
    try {
      const entries = await readdir(join(this.#root, path), { withFileTypes: true });
      const listed = await Promise.all(entries.map((entry) => this.#entry(path, entry)));
      const named = new Map(listed.map((entry) => [entry.name, entry]));
      for (const entry of proposed) named.set(entry.name, entry);
      return { entries: inOrder([...named.values()]) };
    } catch (error) {
      if (proposed.length > 0 && codeOf(error) === 'ENOENT') {
        return { entries: inOrder(proposed) };
      }
      return { problem: unreadable(path, error) };
    }
  }

  /** The folder with its symlinks resolved; `undefined` when it is outside. */
  async realFolder(path: string): Promise<string | undefined> {
    try {
      const real = await this.#realPath(join(this.#root, path));
      return this.#isInside(real) ? real : undefined;
    } catch {
      // Only proposed, so no link.
      return join(this.#root, path);
    }
  }

  async #read(path: string): Promise<Read> {
    const proposed = this.#overlay.get(path);
    if (proposed !== undefined) return { bytes: Buffer.from(proposed) };
    try {
      const read = await this.#readInside(path, resolve(this.#root, path));
      return 'bytes' in read ? await this.#decrypted(path, read.bytes) : read;
    } catch (error) {
      return { problem: unreadable(path, error), missing: codeOf(error) === 'ENOENT' };
    }
  }

  async #readInside(path: string, file: string): Promise<Read> {
    if (!this.#isInside(file)) return { problem: outside(path) };
    const real = join(await this.#realPath(dirname(file)), basename(file));
    if (!this.#isInside(real)) return { problem: outside(path) };
    try {
      return await readRegularFile(path, real);
    } catch (error) {
      if (codeOf(error) !== 'ELOOP') throw error;
    }
    const target = await realpath(file);
    return this.#isInside(target) ? readRegularFile(path, target) : { problem: outside(path) };
  }

  /** Of folders only, of which there are few: it is the slowest call of all. */
  #realPath(folder: string): Promise<string> {
    const known = this.#realPaths.get(folder);
    if (known) return known;
    const real = realpath(folder);
    this.#realPaths.set(folder, real);
    return real;
  }

  async #decrypted(path: string, bytes: Buffer): Promise<Read> {
    if (!this.#decrypt) return { bytes };
    try {
      return { bytes: await this.#decrypt(path, bytes) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown reason';
      const message = `"${path}" cannot be decrypted: ${reason}`;
      return { problem: { code: 'decrypt-failed', message } };
    }
  }

  async #entry(folder: string, entry: Dirent): Promise<Entry> {
    const { name } = entry;
    if (!entry.isSymbolicLink()) return { name, isDirectory: entry.isDirectory() };
    try {
      const target = await stat(join(this.#root, folder, name));
      return { name, isDirectory: target.isDirectory() };
    } catch {
      return { name, isDirectory: false };
    }
  }

  #proposed(folder: string): Entry[] {
    const prefix = folder === '' ? '' : `${folder}/`;
    const names = new Map<string, Entry>();
    for (const path of this.#overlay.keys()) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', ...below] = path.slice(prefix.length).split('/');
      names.set(name, { name, isDirectory: below.length > 0 });
    }
    return [...names.values()];
  }

  #isInside(absolute: string): boolean {
    const path = relative(this.#root, absolute);
    return path !== '..' && !path.startsWith(`..${sep}`);
  }
}

/** `path` as written in a file of `folder`, relative to the desired directory; it may lead out of it. */
export function resolvePath(folder: string, path: string): string {
  if (posix.isAbsolute(path)) return posix.normalize(path);
  const joined = posix.join(folder, path);
  return joined === '.' ? '' : joined;
}

/** The folder of a path; the desired directory itself is ''. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

/** Fails with ELOOP for a symlink. A pipe or a device would hang: they are opened without waiting and refused. */
async function readRegularFile(path: string, real: string): Promise<Read> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const handle = await open(real, flags);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return { problem: notRegular(path, stats.isDirectory()) };
    if (stats.size > maxFileBytes) return { problem: tooLarge(path) };
    const bytes = await readFile(handle);
    return bytes.length > maxFileBytes ? { problem: tooLarge(path) } : { bytes };
  } finally {
    await handle.close();
  }
}

/** UTF-8, or UTF-16 with its mark, as YAML allows; the mark is no part of the text. */
function decodeText(bytes: Buffer): string | undefined {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

export function notRegular(path: string, isDirectory: boolean): Problem {
  return {
    code: 'not-a-file',
    message: `"${path}" is ${isDirectory ? 'a folder' : 'a pipe, a socket or a device'}, where a file is expected.`,
    remedy: isDirectory
      ? 'Docker makes a folder where the file of a bind mount is missing: put the file there or rename the folder.'
      : 'Put a regular file there.',
  };
}

function tooLarge(path: string): Problem {
  return {
    code: 'file-too-large',
    message: `"${path}" has more than ${maxFileBytes / 1024 / 1024} MiB.`,
    remedy: 'Split it, or put large data in a volume or an image.',
  };
}

function notText(path: string): Problem {
  return {
    code: 'not-text',
    message: `"${path}" is no UTF-8 text.`,
    remedy: 'Save it as UTF-8; begin its name with "_" if it is no file for Skep.',
  };
}

function outside(path: string): Problem {
  return {
    code: 'outside-directory',
    message: `"${path}" lies outside of the desired directory.`,
    remedy: 'Put the file in the desired directory.',
  };
}

function unreadable(path: string, error: unknown): Problem {
  const shown = path === '' ? 'The desired directory' : `"${path}"`;
  switch (codeOf(error)) {
    case 'ENOENT':
      return {
        code: 'file-missing',
        message: `${shown} is not there.`,
        remedy:
          'Put it there, or correct the path; it counts from the folder of the file that names it.',
      };
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'file-unreadable',
        message: `${shown} may not be read.`,
        remedy: 'Give the user that Skep runs as the right to read it.',
      };
    case 'ELOOP':
      return {
        code: 'file-unreadable',
        message: `${shown} is a symlink that leads to itself.`,
        remedy: 'Remove the link, or let it point at a file.',
      };
    case 'ENXIO':
      return notRegular(path, false);
    default:
      return {
        code: 'file-unreadable',
        message: `${shown} cannot be read (${codeOf(error) ?? 'unknown reason'}).`,
        remedy: 'Look at its file system; it is tried again.',
      };
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function inOrder(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
