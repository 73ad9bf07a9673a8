/** Why the database cannot be used; the message names the file and the remedy. */
export class HistoryError extends Error {
  override name = 'HistoryError';
  readonly code: HistoryProblem;

  constructor(code: HistoryProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type HistoryProblem =
  | 'newer-database'
  | 'edited-migration'
  | 'bad-migration'
  | 'read-only'
  | 'corrupt'
  | 'locked'
  | 'full'
  | 'unusable';

/** A page cursor that this program did not make, or made for another list. */
export class BadCursor extends Error {
  override name = 'BadCursor';

  constructor() {
    super('The cursor is not one that this list gave out. Ask again without it.');
  }
}

/** An error of SQLite or the file system in the user's words, or undefined when it is not about the file. */
export function explainFileError(error: unknown, file: string): HistoryError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  const found = explanations.find(([prefix]) => code.startsWith(prefix));
  if (!found) return undefined;
  const [, problem, text] = found;
  return new HistoryError(problem, `${file}: ${text} (${code})`, { cause: error });
}

const noAccess =
  'the database cannot be written. Give the user that runs Skep write access to the file and to its directory, on a file system that may be written.';
const noFile =
  'the database cannot be opened. Check that its directory exists, may be written, and that the path is no directory.';

const noRoom = 'the disk is full. Make room.';
const noDisk =
  'the database cannot be read or written. Look at the disk; keep the file on a local one, for network file systems break its locks.';

const explanations: readonly (readonly [string, HistoryProblem, string])[] = [
  ['EACCES', 'read-only', noAccess],
  ['EPERM', 'read-only', noAccess],
  ['EROFS', 'read-only', noAccess],
  ['ENOSPC', 'full', noRoom],
  ['EDQUOT', 'full', noRoom],
  ['EIO', 'unusable', noDisk],
  ['ESTALE', 'unusable', noDisk],
  ['EEXIST', 'unusable', noFile],
  ['ENOTDIR', 'unusable', noFile],
  ['SQLITE_READONLY', 'read-only', noAccess],
  ['SQLITE_PERM', 'read-only', noAccess],
  [
    'SQLITE_NOTADB',
    'corrupt',
    'this is no SQLite database. Move it away, or restore it from a backup; "skep serve" sets it aside and starts a new one by itself.',
  ],
  [
    'SQLITE_CORRUPT',
    'corrupt',
    'the database is damaged. Restore it from a backup, or start "skep serve", which sets it aside and takes what is sound over into a new one.',
  ],
  [
    'SQLITE_BUSY',
    'locked',
    'another process holds the database. Stop it, or wait until it is done.',
  ],
  ['SQLITE_FULL', 'full', noRoom],
  ['SQLITE_CANTOPEN', 'unusable', noFile],
  ['SQLITE_IOERR', 'unusable', noDisk],
];
