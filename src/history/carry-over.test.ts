import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { carryOver } from './carry-over.ts';

const schema = `
  CREATE TABLE runs (id TEXT PRIMARY KEY, result TEXT NOT NULL) STRICT;
  CREATE TABLE changes (id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE) STRICT;
  CREATE TABLE inventory (kind TEXT, name TEXT, unit TEXT, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
  INSERT INTO runs VALUES ('1', 'running'), ('2', 'ready');
  INSERT INTO changes VALUES ('a', '1'), ('b', '2');
  INSERT INTO inventory VALUES ('service', 'web', 'shop'), ('service', 'old', 'shop');`;

function database(...more: string[]): Sqlite.Database {
  const db = new Sqlite(':memory:');
  for (const sql of ['PRAGMA foreign_keys = ON', schema, ...more]) db.exec(sql);
  return db;
}

function all(db: Sqlite.Database, query: string): unknown[] {
  return db.prepare(query).raw().all();
}

test('what was added, changed and removed in the copy is so in the target, which keeps what is its own', () => {
  const changed = database(
    `UPDATE runs SET result = 'ready' WHERE id = '1'`,
    `INSERT INTO runs VALUES ('3', 'running')`,
    `INSERT INTO changes VALUES ('c', '3'), ('d', '1')`,
    `DELETE FROM inventory WHERE name = 'old'`,
    `DELETE FROM runs WHERE id = '2'`,
  );
  const target = database(
    `INSERT INTO runs VALUES ('9', 'ready')`,
    `INSERT INTO inventory VALUES ('network', 'back', 'other')`,
  );
  carryOver(database(), changed, target);
  expect(all(target, 'SELECT * FROM runs ORDER BY id')).toEqual([
    ['1', 'ready'],
    ['3', 'running'],
    ['9', 'ready'],
  ]);
  expect(all(target, 'SELECT * FROM changes ORDER BY id')).toEqual([
    ['a', '1'],
    ['c', '3'],
    ['d', '1'],
  ]);
  expect(all(target, 'SELECT * FROM inventory ORDER BY kind')).toEqual([
    ['network', 'back', 'other'],
    ['service', 'web', 'shop'],
  ]);
});
