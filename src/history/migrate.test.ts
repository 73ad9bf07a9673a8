import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { migrations, temporaryDirectory } from './history.fixture.ts';
import { migrate } from './migrate.ts';

function setup(files: Record<string, string>): { db: Database; directory: string } {
  const root = temporaryDirectory();
  const directory = join(root, 'migrations');
  mkdirSync(directory);
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(directory, name), sql);
  const db = new Sqlite(join(root, 'test.db'));
  onTestFinished(() => void db.close());
  return { db, directory };
}

function tablesOf(db: Database): unknown[] {
  return db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' ORDER BY name`,
    )
    .pluck()
    .all();
}

test('files are applied in order, once, and others are left alone', () => {
  const { db, directory } = setup({
    '0002-more.sql': 'ALTER TABLE a ADD COLUMN y; CREATE TABLE b (x);',
    '0001-init.sql': 'CREATE TABLE a (x);',
    'README.md': 'not SQL',
  });
  migrate(db, directory, 7);
  migrate(db, directory, 8);
  expect(tablesOf(db)).toEqual(['a', 'b']);
  expect(db.prepare('SELECT name, applied_at AS at FROM schema_migrations').all()).toEqual([
    { name: '0001-init.sql', at: 7 },
    { name: '0002-more.sql', at: 7 },
  ]);
});

test('a file that fails leaves nothing of itself, and the ones before it stay', () => {
  const { db, directory } = setup({
    '0001-init.sql': 'CREATE TABLE a (x);',
    '0002-bad.sql': 'CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);',
  });
  expect(() => migrate(db, directory, 1)).toThrow(
    expect.objectContaining({
      code: 'bad-migration',
      message: expect.stringMatching(/0002-bad.*nowhere/),
    }),
  );
  expect(tablesOf(db)).toEqual(['a']);
  writeFileSync(join(directory, '0002-bad.sql'), 'CREATE TABLE b (x);');
  migrate(db, directory, 1);
  expect(tablesOf(db)).toEqual(['a', 'b']);
});

test('an applied file that was edited is refused; other line ends are no edit', () => {
  const { db, directory } = setup({ '0001-init.sql': 'CREATE TABLE a\n(x);' });
  migrate(db, directory, 1);
  writeFileSync(join(directory, '0001-init.sql'), 'CREATE TABLE a\r\n(x);');
  migrate(db, directory, 1);
  writeFileSync(join(directory, '0001-init.sql'), 'CREATE TABLE a (x, y);');
  expect(() => migrate(db, directory, 1)).toThrow(
    expect.objectContaining({
      code: 'edited-migration',
      message: expect.stringContaining('0001-init'),
    }),
  );
});

test('a database that a newer program has written is refused before anything is touched', () => {
  const { db, directory } = setup({ '0001-init.sql': 'CREATE TABLE a (x);' });
  migrate(db, directory, 1);
  db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?)').run('0009-later.sql', 'c', 1);
  writeFileSync(join(directory, '0002-more.sql'), 'CREATE TABLE b (x);');
  expect(() => migrate(db, directory, 1)).toThrow(
    expect.objectContaining({
      code: 'newer-database',
      message: expect.stringContaining('0009-later'),
    }),
  );
  expect(tablesOf(db)).toEqual(['a']);
});

test('a directory without migrations is refused', () => {
  const { db, directory } = setup({});
  expect(() => migrate(db, directory, 1)).toThrow(
    expect.objectContaining({ code: 'bad-migration' }),
  );
});

test('several processes migrate one new database at the same time', async () => {
  const root = temporaryDirectory();
  const directory = join(root, 'migrations');
  cpSync(migrations, directory, { recursive: true });
  for (let i = 0; i < 20; i++) {
    writeFileSync(
      join(directory, `9${String(i).padStart(3, '0')}-more.sql`),
      `CREATE TABLE t${i} (x);`,
    );
  }
  const script = `
    import { openHistory } from ${JSON.stringify(new URL('open-history.ts', import.meta.url).href)};
    openHistory({ file: ${JSON.stringify(join(root, 'skep.db'))}, migrations: ${JSON.stringify(directory)}, clock: Date }).close();`;
  const endings = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      let said = '';
      child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
      const [code] = (await once(child, 'close')) as [number];
      return { code, said };
    }),
  );
  expect(endings).toEqual(Array.from({ length: 4 }, () => ({ code: 0, said: '' })));
});

test('a process that is killed in the middle leaves the files before, and the next one goes on', async () => {
  const root = temporaryDirectory();
  const directory = join(root, 'migrations');
  const file = join(root, 'skep.db');
  cpSync(migrations, directory, { recursive: true });
  const rows = 3_000_000;
  const many = `WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${rows}) SELECT x FROM n`;
  writeFileSync(join(directory, '9000-long.sql'), `CREATE TABLE long AS ${many};`);
  const open = `
    import { openHistory } from ${JSON.stringify(new URL('open-history.ts', import.meta.url).href)};
    openHistory({ file: ${JSON.stringify(file)}, migrations: ${JSON.stringify(directory)}, clock: Date }).close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', open]);
  const log = `${file}-wal`;
  // The log grows while the long one is under way: what it writes is not in the database before it is through.
  await expect.poll(() => (existsSync(log) ? statSync(log).size : 0), poll).toBeGreaterThan(4e6);
  child.kill('SIGKILL');
  await once(child, 'close');

  const left = new Sqlite(file);
  expect(tablesOf(left)).toContain('runs');
  expect(tablesOf(left)).not.toContain('long');
  migrate(left, directory, 2);
  expect(left.prepare('SELECT count(*) FROM long').pluck().get()).toBe(rows);
  left.close();
});

const poll = { timeout: 15_000, interval: 5 };

test('a database of the first release keeps its rotations, and takes those of unlock keys', () => {
  const { db, directory } = setup({
    '0001-init.sql': readFileSync(join(migrations, '0001-init.sql'), 'utf8'),
  });
  migrate(db, directory, 1);
  const insert = db.prepare(
    `INSERT INTO rotations (id, role, slot, "trigger", started_at, finished_at, result, "before", "after", error)
     VALUES (?, ?, 5, 'schedule', 5, 6, 'done', 'aa', 'bb', 'none')`,
  );
  insert.run('a', 'worker');
  const rows = db.prepare('SELECT * FROM rotations').all();
  expect(() => insert.run('b', 'unlock-key')).toThrow(/CHECK/);
  cpSync(migrations, directory, { recursive: true });
  migrate(db, directory, 2);
  expect(db.prepare('SELECT * FROM rotations').all()).toEqual(rows);
  insert.run('b', 'unlock-key');
  expect(() => insert.run('c', 'boss')).toThrow(/CHECK/);
});

test('the released migrations start with 0001 and are numbered without gaps', () => {
  const numbers = readdirSync(migrations)
    .sort()
    .map((name) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(readFileSync(join(migrations, '0001-init.sql'), 'utf8')).toMatch(/STRICT/);
});
