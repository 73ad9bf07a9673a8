import type { Database } from 'better-sqlite3';

type Row = Record<string, unknown>;

/**
 * Writes to `target` what became of `base` in `changed`: three databases of one schema, where `changed` began as a copy of
 * `base`. What others wrote to `target` meanwhile stays. One transaction: all of it or nothing.
 */
export function carryOver(base: Database, changed: Database, target: Database): void {
  const tables = tablesOf(changed);
  const carry = target.transaction(() => {
    target.pragma('defer_foreign_keys = ON');
    for (const table of tables.toReversed()) remove(table, base, changed, target);
    for (const table of tables) upsert(table, base, changed, target);
  });
  carry.immediate();
}

/** Adds the rows of a table that `target` does not have. */
export function addRows(table: string, source: Database, target: Database): void {
  upsert(table, target, source, target);
}

/** In the order in which they were made: what a table refers to comes before it. */
export function tablesOf(db: Database): string[] {
  const query = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`;
  return db.prepare<[], string>(query).pluck().all();
}

function remove(table: string, base: Database, changed: Database, target: Database): void {
  const keys = keysOf(table, changed);
  const kept = new Set(rowsOf(table, changed).map((row) => keyText(row, keys)));
  const condition = keys.map((key) => `"${key}" = :${key}`).join(' AND ');
  const statement = target.prepare(`DELETE FROM "${table}" WHERE ${condition}`);
  for (const row of rowsOf(table, base)) {
    if (!kept.has(keyText(row, keys))) statement.run(pick(row, keys));
  }
}

function upsert(table: string, base: Database, changed: Database, target: Database): void {
  const keys = keysOf(table, changed);
  const columns = columnsOf(table, changed).map(({ name }) => name);
  const known = new Set(rowsOf(table, base).map((row) => JSON.stringify(row)));
  const values = columns.map((column) => `:${column}`).join(', ');
  const others = columns.filter((column) => !keys.includes(column));
  const settings = others.map((column) => `"${column}" = excluded."${column}"`).join(', ');
  const statement = target.prepare(
    `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${values})
     ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${settings}`,
  );
  for (const row of rowsOf(table, changed)) {
    if (!known.has(JSON.stringify(row))) statement.run(row);
  }
}

type Column = { name: string; pk: number };

function columnsOf(table: string, db: Database): Column[] {
  return db.pragma(`table_info("${table}")`) as Column[];
}

function keysOf(table: string, db: Database): string[] {
  const columns = columnsOf(table, db).filter(({ pk }) => pk > 0);
  return columns.map(({ name }) => name);
}

function rowsOf(table: string, db: Database): Row[] {
  return db.prepare<[], Row>(`SELECT * FROM "${table}"`).all();
}

function keyText(row: Row, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => row[key]));
}

function pick(row: Row, keys: readonly string[]): Row {
  return Object.fromEntries(keys.map((key) => [key, row[key]]));
}
