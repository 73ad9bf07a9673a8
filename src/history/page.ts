import type { Listed, Page } from './history.ts';
import { BadCursor } from './history-error.ts';

const defaultLimit = 50;
const maxLimit = 500;

/**
 * One page of a list that is ordered by ID, newest first. `read` gets the ID that the page comes after, exclusive, and
 * how many rows to read. Throws BadCursor.
 */
export function readPage<Row extends { id: string }>(
  list: string,
  page: Page,
  read: (before: string, limit: number) => Row[],
): Listed<Row> {
  const limit = Math.min(Math.max(Math.trunc(page.limit ?? defaultLimit), 1), maxLimit);
  const before = page.cursor === undefined ? highestId : readCursor(list, page.cursor);
  const rows = read(before, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(list, last.id) : null };
}

/** Sorts after every ID, for those are hex digits. */
const highestId = 'g';

function writeCursor(list: string, id: string): string {
  return Buffer.from(`${list}:${id}`).toString('base64url');
}

function readCursor(list: string, cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const id = text.slice(list.length + 1);
  if (!text.startsWith(`${list}:`) || !/^[0-9a-f]{24}$/.test(id)) throw new BadCursor();
  return id;
}
