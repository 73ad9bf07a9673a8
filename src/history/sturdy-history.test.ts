import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { asSomebodyElse, finishedRun, migrations, temporaryDirectory } from './history.fixture.ts';
import type { History } from './history.ts';
import { openSturdyHistory } from './open-history.ts';

const clock = { now: () => Date.UTC(2026, 10, 16, 12) };
const web = { unit: 'shop', kind: 'service', name: 'shop_web', id: 'x1', state: {} } as const;
const suspended = { suspended: true, appliedRevision: 'r1', refused: {} };
const rotation = { role: 'worker', slot: 1, trigger: 'schedule', before: 'aa', at: 5 } as const;

function open(file: string): History {
  const history = openSturdyHistory({ file, migrations, clock });
  onTestFinished(() => history.close());
  return history;
}

/** A database with one of everything, of a Skep that has ended. */
function filled(): { file: string; damaged: string; run: string } {
  const file = join(temporaryDirectory(), 'skep.db');
  const history = openSturdyHistory({ file, migrations, clock });
  const run = finishedRun(history, 'shop', 10);
  history.own(web, 10);
  history.saveUnitState('shop', suspended);
  history.finishRotation(history.startRotation(rotation), { at: 6, result: 'done', after: 'bb' });
  history.close();
  return { file, damaged: `${file}.damaged-2026-11-16T12-00-00.000Z`, run };
}

/** Overwrites the first page of each of these tables, and makes open databases look at their file again. */
function damage(file: string, tables: string[]): void {
  const db = new Sqlite(file);
  const query = `SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?`;
  const pages = tables.map((table) => db.prepare<[string], number>(query).pluck().get(table));
  db.exec(`UPDATE schema_migrations SET applied_at = applied_at + 1`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const bytes = readFileSync(file);
  for (const page of pages) bytes.fill(0xa5, 4096 * (Number(page) - 1), 4096 * Number(page));
  writeFileSync(file, bytes);
}

test('a damaged database is set aside as it is, what is sound in it stays known, until a person has moved it away', () => {
  const { file, damaged, run } = filled();
  damage(file, ['changes']);
  const bytes = readFileSync(file);
  const history = open(file);

  expect(readFileSync(damaged)).toEqual(bytes);
  expect(history.problem()).toContain(damaged);
  expect(history.problem()).toContain('(without changes)');
  expect(history.owned()).toEqual([web]);
  expect(history.suspendedUnits()).toEqual(['shop']);
  expect(history.lastRotation('worker')).toMatchObject({ slot: 1, after: 'bb' });
  expect(history.run(run)).toMatchObject({ unit: 'shop', changes: [] });
  history.close();

  const later = open(file);
  finishedRun(later, 'shop', 20);
  expect(later.problem()).toContain(damaged);
  renameSync(damaged, join(temporaryDirectory(), 'evidence'));
  later.recover();
  expect(later.problem()).toBeUndefined();
  expect(later.runs({}).items).toHaveLength(2);
});

test('of a file that is no database nothing is taken over, and a second one does not take its place', () => {
  const file = join(temporaryDirectory(), 'skep.db');
  for (const text of ['version: 3\n', 'version: 4\n']) {
    writeFileSync(file, text.repeat(500));
    const history = open(file);
    expect(history.owned()).toEqual([]);
    expect(history.problem()).toContain(`${file}.damaged-`);
    history.close();
  }
  const names = readdirSync(join(file, '..')).filter((name) => name.includes('damaged'));
  const begin = names.map((name) => readFileSync(join(file, '..', name), 'utf8').slice(0, 10));
  expect(begin.toSorted()).toEqual(['version: 3', 'version: 4']);
});

test('a log without its database belongs to one that was set aside, and is kept', () => {
  const { file, damaged } = filled();
  renameSync(file, damaged);
  writeFileSync(`${file}-wal`, 'the log of another one');
  expect(open(file).runs({}).items).toEqual([]);
  expect(readFileSync(`${damaged}+-wal`, 'utf8')).toBe('the log of another one');
});

test('damage that shows while Skep runs: it goes on with a new one, and forgets nothing a person said', () => {
  const { file, damaged } = filled();
  const history = open(file);
  history.saveUnitState('wiki', suspended);
  damage(file, ['units', 'runs']);
  const run = history.startRun({ unit: 'shop', trigger: 'files', revision: 'r2', at: 30 });

  expect(existsSync(damaged)).toBe(true);
  expect(history.problem()).toMatch(/without .*runs.*units/);
  expect(history.suspendedUnits()).toEqual(['shop', 'wiki']);
  expect(history.owned()).toEqual([web]);
  history.finishRun(run, { at: 31, outcome: { result: 'ready' } });
  history.close();
  expect(
    open(file)
      .runs({})
      .items.map(({ id }) => id),
  ).toEqual([run]);
});

test('a database that cannot be read is not known, and stands as soon as it can be', () => {
  const { file, run } = filled();
  chmodSync(file, 0o000);
  chmodSync(join(file, '..'), 0o777);
  const history = asSomebodyElse(() => open(file));
  const now = asSomebodyElse(() => {
    expect(history.owned()).toEqual([]);
    expect(history.problem()).toMatch(/cannot be opened.*kept in memory.*cannot be read/);
    expect(() => history.startRotation(rotation)).toThrow(/recorded/);
    history.saveUnitState('shop', { ...suspended, suspended: false });
    history.saveUnitState('wiki', suspended);
    return finishedRun(history, 'shop', 20);
  });
  chmodSync(file, 0o666);
  asSomebodyElse(() => {
    history.recover();
    expect(history.problem()).toBeUndefined();
    expect(history.suspendedUnits()).toEqual(['shop', 'wiki']);
    expect(history.owned()).toEqual([web]);
    expect(history.runs({}).items.map(({ id }) => id)).toEqual([now, run]);
    history.startRotation(rotation);
    history.close();
  });
});
