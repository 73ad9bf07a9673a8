import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import {
  asSomebodyElse,
  migrations,
  temporaryDirectory,
  temporaryHistory,
} from './history.fixture.ts';
import { openHistory } from './open-history.ts';

const clock = { now: () => 1 };

async function runUntilKilled(file: string): Promise<string> {
  const script = new URL('crash.fixture.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, file, migrations], { stdio: 'pipe' });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'close')) as [number | null, string];
  expect(signal).toBe('SIGKILL');
  return said.toString().trim();
}

test('a run that a killed process left open is returned as interrupted, once', async () => {
  const file = join(temporaryDirectory(), 'skep.db');
  const run = await runUntilKilled(file);
  const history = temporaryHistory(file);

  expect(history.run(run)).toMatchObject({ result: 'running', finishedAt: null });
  expect(history.interrupted(50)).toEqual([
    expect.objectContaining({ id: run, unit: 'shop', result: 'interrupted', finishedAt: 50 }),
  ]);
  expect(history.interrupted(60)).toEqual([]);

  const changes = history.run(run)?.changes.map(({ name, result }) => ({ name, result }));
  expect(changes).toEqual([
    { name: 'shop_default', result: 'done' },
    { name: 'shop_web', result: 'interrupted' },
  ]);
});

test('the directory and the database are made, in WAL mode with foreign keys', () => {
  const file = join(temporaryDirectory(), 'not', 'yet', 'skep.db');
  temporaryHistory(file);
  const db = new Sqlite(file, { readonly: true });
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(() =>
    temporaryHistory(file).finishChange('none', { at: 1, result: 'done' }),
  ).not.toThrow();
  expect(() =>
    temporaryHistory(file).startChange('no-such-run', {
      kind: 'service',
      name: 'a',
      action: 'create',
      reason: '',
      changes: [],
      at: 1,
    }),
  ).toThrow(/FOREIGN KEY/);
  db.close();
});

test('a file that is no database is refused with a remedy, and stays as it is', () => {
  const file = join(temporaryDirectory(), 'skep.db');
  writeFileSync(file, 'version: 3\n'.repeat(500));
  expect(() => openHistory({ file, migrations, clock })).toThrow(
    expect.objectContaining({
      name: 'HistoryError',
      code: 'corrupt',
      message: expect.stringContaining(file),
    }),
  );
  expect(readFileSync(file, 'utf8')).toMatch(/^version/);
});

test('a database that was cut off is refused as damaged', () => {
  const file = join(temporaryDirectory(), 'skep.db');
  openHistory({ file, migrations, clock }).close();
  truncateSync(file, 4096 * 2);
  expect(() => openHistory({ file, migrations, clock })).toThrow(
    expect.objectContaining({ code: 'corrupt', message: expect.stringMatching(/backup/) }),
  );
});

test('a database with a damaged page in its middle is refused', () => {
  const file = join(temporaryDirectory(), 'skep.db');
  openHistory({ file, migrations, clock }).close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096 * 4, 4096 * 5);
  writeFileSync(file, bytes);
  expect(() => openHistory({ file, migrations, clock })).toThrow(
    expect.objectContaining({ code: 'corrupt', message: expect.stringMatching(/backup/) }),
  );
});

test('what is trimmed gives its room back', () => {
  const file = join(temporaryDirectory(), 'skep.db');
  const history = openHistory({ file, migrations, clock });
  for (let at = 1; at <= 2_000; at += 1) {
    const run = history.startRun({ unit: 'shop', trigger: 'files', revision: 'r', at });
    history.finishRun(run, { at, outcome: stalled });
  }
  history.trim({ before: 0, keep: 2_000 });
  const full = statSync(file).size;
  history.trim({ before: 0, keep: 10 });
  expect(history.runs({ limit: 100 }).items).toHaveLength(10);
  expect(statSync(file).size).toBeLessThan(full / 5);
  history.close();
});

const stalled = { result: 'stalled', reason: 'Test', message: 'x'.repeat(300) } as const;

test('a directory in the place of the file is refused', () => {
  const file = join(temporaryDirectory(), 'skep.db');
  mkdirSync(file);
  expect(() => openHistory({ file, migrations, clock })).toThrow(
    expect.objectContaining({
      code: 'unusable',
      message: expect.stringContaining('is no directory'),
    }),
  );
});

test('a file in the place of the directory is refused', () => {
  const directory = join(temporaryDirectory(), 'data');
  writeFileSync(directory, '');
  expect(() => openHistory({ file: join(directory, 'skep.db'), migrations, clock })).toThrow(
    expect.objectContaining({ code: 'unusable' }),
  );
});

test('a database without write access is refused as read-only', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'skep.db');
  openHistory({ file, migrations, clock }).close();
  chmodSync(file, 0o444);
  chmodSync(directory, 0o555);
  asSomebodyElse(() => {
    expect(() => openHistory({ file, migrations, clock })).toThrow(
      expect.objectContaining({
        code: 'read-only',
        message: expect.stringContaining('write access'),
      }),
    );
  });
  chmodSync(directory, 0o755);
});

test('a data directory that may not be made is refused as read-only', () => {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o555);
  asSomebodyElse(() => {
    expect(() =>
      openHistory({ file: join(directory, 'data', 'skep.db'), migrations, clock }),
    ).toThrow(expect.objectContaining({ code: 'read-only' }));
  });
  chmodSync(directory, 0o755);
});
