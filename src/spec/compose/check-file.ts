import type { CheckedFile, FileAt } from './checked-file.ts';

export type { CheckedFile, FileAt } from './checked-file.ts';

/**
 * Checks one parsed and interpolated file and brings it into long form. Never throws; reports everything that is wrong
 * at once.
 */
export function checkFile(_raw: unknown, _at: FileAt): CheckedFile {
  throw new Error('not written yet');
}
