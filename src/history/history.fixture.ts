import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { History } from './history.ts';
import { openHistory } from './open-history.ts';

export const migrations = new URL('../../migrations', import.meta.url).pathname;

/** A directory of this test's own, gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-history-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An open database of this test's own. */
export function temporaryHistory(file = join(temporaryDirectory(), 'skep.db')): History {
  const history = openHistory({ file, migrations, clock: { now: () => 1 } });
  onTestFinished(() => history.close());
  return history;
}

/** A run that is over, of `unit` at `at`. */
export function finishedRun(history: History, unit: string, at: number): string {
  const run = history.startRun({ unit, trigger: 'timer', revision: 'r1', at });
  history.finishRun(run, { at: at + 1, outcome: { result: 'ready' } });
  return run;
}

const nobody = 65534;

/** Permissions do not bind root. */
export function asSomebodyElse<T>(body: () => T): T {
  if (process.geteuid?.() !== 0) return body();
  process.seteuid?.(nobody);
  try {
    return body();
  } finally {
    process.seteuid?.(0);
  }
}
