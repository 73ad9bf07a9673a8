import type { Database } from 'better-sqlite3';
import type { ChangeRow, History, RunRow } from './history.ts';
import type { MakeId } from './ids.ts';
import { readChanges, redactText, writeChanges } from './redact.ts';
import { runColumns } from './runs.ts';

/** The Engine writes of a run, in the order in which they were begun. */
export function changeStore(
  db: Database,
  makeId: MakeId,
): Pick<History, 'startChange' | 'finishChange' | 'run'> {
  const insert = db.prepare(
    `INSERT INTO changes (id, run, kind, name, action, reason, changes, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const finish = db.prepare(
    'UPDATE changes SET finished_at = ?, result = ?, error = ? WHERE id = ?',
  );
  const run = db.prepare<[string], RunRow>(`SELECT ${runColumns} FROM runs WHERE id = ?`);
  const ofRun = db.prepare<[string], Stored>(
    `SELECT id, kind, name, action, reason, changes, started_at AS startedAt,
            finished_at AS finishedAt, result, error
     FROM changes WHERE run = ? ORDER BY id`,
  );

  return {
    startChange(run, { kind, name, action, reason, changes, at }) {
      const id = makeId(at);
      insert.run(id, run, kind, name, action, redactText(reason), writeChanges(changes), at);
      return id;
    },
    finishChange(change, { at, result, error }) {
      finish.run(at, result, error === undefined ? null : redactText(error), change);
    },
    run(id) {
      const found = run.get(id);
      return found && { ...found, changes: ofRun.all(id).map(fromStored) };
    },
  };
}

type Stored = Omit<ChangeRow, 'changes'> & { changes: string };

function fromStored(row: Stored): ChangeRow {
  return { ...row, changes: readChanges(row.changes) };
}
