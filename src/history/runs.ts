import type { Database } from 'better-sqlite3';
import type { History, RunRow } from './history.ts';
import type { MakeId } from './ids.ts';
import { readPage } from './page.ts';
import { redactText } from './redact.ts';

export const runColumns =
  'id, unit, "trigger", revision, started_at AS startedAt, finished_at AS finishedAt, result, reason, message';

/** Runs of units, newest first. */
export function runStore(
  db: Database,
  makeId: MakeId,
): Pick<History, 'startRun' | 'finishRun' | 'runs' | 'interrupted'> {
  const insert = db.prepare(
    'INSERT INTO runs (id, unit, "trigger", revision, started_at) VALUES (?, ?, ?, ?, ?)',
  );
  const finish = db.prepare(
    'UPDATE runs SET finished_at = ?, result = ?, reason = ?, message = ? WHERE id = ?',
  );
  const list = db.prepare<ListParameters, RunRow>(
    `SELECT ${runColumns} FROM runs
     WHERE id < :before AND (:unit IS NULL OR unit = :unit) AND (:result IS NULL OR result = :result)
     ORDER BY id DESC LIMIT :limit`,
  );
  const closeChanges = db.prepare(
    `UPDATE changes SET result = 'interrupted', finished_at = ? WHERE result = 'running'`,
  );
  const closeRuns = db.prepare<[number], RunRow>(
    `UPDATE runs SET result = 'interrupted', finished_at = ? WHERE result = 'running'
     RETURNING ${runColumns}`,
  );

  return {
    startRun({ unit, trigger, revision, at }) {
      const id = makeId(at);
      insert.run(id, unit, trigger, revision, at);
      return id;
    },
    finishRun(run, { at, outcome }) {
      const said = outcome.result === 'ready' ? undefined : outcome;
      const message = said ? redactText(said.message) : null;
      finish.run(at, outcome.result, said?.reason ?? null, message, run);
    },
    runs({ unit, result, ...page }) {
      return readPage('runs', page, (before, limit) =>
        list.all({ before, limit, unit: unit ?? null, result: result ?? null }),
      );
    },
    interrupted(at) {
      const close = db.transaction(() => {
        closeChanges.run(at);
        return closeRuns.all(at);
      });
      return close.immediate().sort((a, b) => (a.id < b.id ? 1 : -1));
    },
  };
}

type ListParameters = {
  before: string;
  limit: number;
  unit: string | null;
  result: string | null;
};
