import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { HistoryError } from './history-error.ts';

type Migration = { name: string; sql: string; checksum: string };
type Applied = { name: string; checksum: string };

/**
 * Brings the database up to the newest file in `directory`. Each file is one transaction that takes the write lock first,
 * so that several processes may do this at once. Throws HistoryError when the database is newer than the files or was
 * made by other ones.
 */
export function migrate(db: Database, directory: string, now: number): void {
  const migrations = readMigrations(directory);
  db.exec(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
       name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID`,
  );
  refuseNewer(db, migrations);
  const step = db.transaction((migration: Migration) => applyOnce(db, migration, now));
  for (const migration of migrations) {
    if (!isApplied(db, migration)) step.immediate(migration);
  }
}

function readMigrations(directory: string): Migration[] {
  const names = readdirSync(directory).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name));
  if (names.length === 0) {
    throw new HistoryError('bad-migration', `${directory}: no migrations there. Reinstall Skep.`);
  }
  return names.sort().map((name) => {
    // A checkout that turns line ends into CRLF is not an edit.
    const sql = readFileSync(join(directory, name), 'utf8').replaceAll('\r\n', '\n');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

function refuseNewer(db: Database, migrations: Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name));
  const rows = db.prepare<[], Applied>('SELECT * FROM schema_migrations ORDER BY name').all();
  const unknown = rows.find((row) => !known.has(row.name));
  if (unknown) {
    throw new HistoryError(
      'newer-database',
      `${db.name}: a newer Skep has written this database (it has ${unknown.name}). Run that version or a later one, or put back the backup from before the upgrade.`,
    );
  }
}

function isApplied(db: Database, migration: Migration): boolean {
  const row = db
    .prepare<[string], Applied>('SELECT * FROM schema_migrations WHERE name = ?')
    .get(migration.name);
  if (row && row.checksum !== migration.checksum) {
    throw new HistoryError(
      'edited-migration',
      `${db.name}: ${migration.name} was applied to this database with other content. Put the released file back; a change of the schema is a new file.`,
    );
  }
  return row !== undefined;
}

/** Looks again under the lock: another process may have been faster. */
function applyOnce(db: Database, migration: Migration, now: number): void {
  if (isApplied(db, migration)) return;
  try {
    db.exec(migration.sql);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HistoryError(
      'bad-migration',
      `${db.name}: ${migration.name} cannot be applied: ${why}. The database is as it was before.`,
      { cause: error },
    );
  }
  db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?)').run(
    migration.name,
    migration.checksum,
    now,
  );
}
