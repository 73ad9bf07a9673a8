import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FileTrigger, watchFiles } from './file-trigger.ts';
import { systemClock } from './system-clock.ts';

let folder: string;
let hints: number;
let trigger: FileTrigger | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-watch-'));
  hints = 0;
});

afterEach(async () => {
  await trigger?.close();
  await rm(folder, { recursive: true });
});

/** Watches, and waits until a change is noticed at all: when watching began nobody is told. */
async function watching(directory: string): Promise<void> {
  const onChange = () => (hints += 1);
  const log = pino({ level: 'silent' });
  trigger = watchFiles({ directory, onChange, clock: systemClock, log, debounceMs: 100 });
  await expect
    .poll(
      async () => {
        await writeFile(join(directory, 'probe.yaml'), String(Math.random()));
        return hints;
      },
      { timeout: 10_000, interval: 250 },
    )
    .toBeGreaterThan(0);
  await quiet();
}

/** Until no more hints come of what was done before; returns how many came. */
async function quiet(): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const still = hints === before;
        before = hints;
        return still;
      },
      { timeout: 10_000, interval: 250 },
    )
    .toBe(true);
  hints = 0;
  return before;
}

const patience = { timeout: 5_000, interval: 20 };

test('a burst of changes is one hint', async () => {
  const directory = join(folder, 'desired');
  await mkdir(directory);
  await watching(directory);
  for (let file = 0; file < 20; file += 1) {
    await writeFile(join(directory, `${file}.yaml`), 'x');
  }
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
  expect(hints).toBe(1);
});

test('a new folder with a file in it is seen', async () => {
  const directory = join(folder, 'desired');
  await mkdir(directory);
  await watching(directory);
  await mkdir(join(directory, 'stacks'));
  await writeFile(join(directory, 'stacks', 'shop.yaml'), 'x');
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
});

test('a directory that is removed and made again is watched again', async () => {
  const directory = join(folder, 'desired');
  await mkdir(directory);
  await watching(directory);
  await rm(directory, { recursive: true });
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
  await mkdir(directory);
  await quiet();
  await writeFile(join(directory, 'a.yaml'), 'x');
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
});

test('a link that is swapped, as git-sync does, is seen, and what comes after it too', async () => {
  await mkdir(join(folder, 'one'));
  await mkdir(join(folder, 'two'));
  const directory = join(folder, 'desired');
  await symlink('one', directory);
  await watching(directory);
  await symlink('two', join(folder, 'next'));
  await rename(join(folder, 'next'), directory);
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
  await quiet();
  await writeFile(join(folder, 'two', 'a.yaml'), 'x');
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
});

test('a file whose name begins with a dot is seen, a folder is not', async () => {
  const directory = join(folder, 'desired');
  await mkdir(join(directory, 'stacks', 'shop'), { recursive: true });
  await mkdir(join(directory, '.git'));
  await watching(directory);
  await writeFile(join(directory, '.git', 'index'), 'x');
  await mkdir(join(directory, '.git', 'objects'));
  expect(await quiet()).toBe(0);
  await writeFile(join(directory, 'stacks', 'shop', '.env'), 'TAG=1');
  await expect.poll(() => hints, patience).toBeGreaterThan(0);
});
