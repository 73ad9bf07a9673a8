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
  'the database cannot be written. Give the user that runs Skep write access to the file and to its directory.';
const noFile =
  'the database cannot be opened. Check that its directory exists, may be written, and that the path is no directory.';

const explanations: readonly (readonly [string, HistoryProblem, string])[] = [
  ['EACCES', 'read-only', noAccess],
  ['EROFS', 'read-only', noAccess],
  ['EEXIST', 'unusable', noFile],
  ['ENOTDIR', 'unusable', noFile],
  ['SQLITE_READONLY', 'read-only', noAccess],
  ['SQLITE_PERM', 'read-only', noAccess],
  [
    'SQLITE_NOTADB',
    'corrupt',
    'this is no SQLite database. Move it away, or restore it from a backup; Skep starts a new one when it is gone.',
  ],
  [
    'SQLITE_CORRUPT',
    'corrupt',
    'the database is damaged. Restore it from a backup, or move it and its -wal and -shm files away to start a new history.',
  ],
  [
    'SQLITE_BUSY',
    'locked',
    'another process holds the database. Stop it, or wait until it is done.',
  ],
  ['SQLITE_FULL', 'full', 'the disk is full. Make room and start again.'],
  ['SQLITE_CANTOPEN', 'unusable', noFile],
  [
    'SQLITE_IOERR',
    'unusable',
    'the database cannot be read or written. Keep it on a local disk, for network file systems break its locks.',
  ],
];
