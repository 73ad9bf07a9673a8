import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { addRows, tablesOf } from './carry-over.ts';

/**
 * Takes over from a damaged database what is sound in it, table by table: one whose pages and indexes are all right is taken
 * whole, another one not at all. Returns the tables that are lost. Never throws. The damaged file stays as it is.
 */
export function salvage(damaged: string, target: Database): string[] {
  const tables = tablesOf(target).filter((table) => table !== 'schema_migrations');
  let source: Database | undefined;
  try {
    source = new Sqlite(damaged, { readonly: true });
    const sameSchema = migrationsOf(source) === migrationsOf(target);
    const open = source;
    return sameSchema ? tables.filter((table) => !take(table, open, target)) : tables;
  } catch {
    return tables;
  } finally {
    source?.close();
  }
}

function take(table: string, source: Database, target: Database): boolean {
  try {
    // https://www.sqlite.org/pragma.html#pragma_integrity_check
    if (source.pragma(`integrity_check("${table}")`, { simple: true }) !== 'ok') return false;
    target.transaction(() => addRows(table, source, target)).immediate();
    return true;
  } catch {
    return false;
  }
}

function migrationsOf(db: Database): string {
  const rows = db.prepare('SELECT name, checksum FROM schema_migrations ORDER BY name').raw().all();
  return JSON.stringify(rows);
}
