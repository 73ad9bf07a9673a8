import type { Database } from 'better-sqlite3';
import type { RotationSubject } from '../spec/cluster.ts';
import type { History, RotationRow } from './history.ts';
import type { MakeId } from './ids.ts';
import { readPage } from './page.ts';
import { redactText } from './redact.ts';

const columns =
  'id, role, slot, "trigger", started_at AS startedAt, finished_at AS finishedAt, result, "before", "after", error';

/**
 * Rotations of join tokens and the unlock key, newest first. One that a crash left open stays `running`: which way it went, the fingerprint
 * of what is live tells, and who looks at that finishes it.
 */
export function rotationStore(
  db: Database,
  makeId: MakeId,
): Pick<
  History,
  'startRotation' | 'finishRotation' | 'rotations' | 'openRotations' | 'lastRotation'
> {
  const insert = db.prepare(
    `INSERT INTO rotations (id, role, slot, "trigger", "before", started_at) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const finish = db.prepare(
    'UPDATE rotations SET finished_at = ?, result = ?, "after" = ?, error = ? WHERE id = ?',
  );
  const list = db.prepare<
    { before: string; limit: number; role: RotationSubject | null },
    RotationRow
  >(
    `SELECT ${columns} FROM rotations
     WHERE id < :before AND (:role IS NULL OR role = :role) ORDER BY id DESC LIMIT :limit`,
  );
  const open = db.prepare<[], RotationRow>(
    `SELECT ${columns} FROM rotations WHERE result = 'running' ORDER BY id DESC`,
  );
  const last = db.prepare<[RotationSubject], RotationRow>(
    `SELECT ${columns} FROM rotations WHERE role = ? AND result = 'done' ORDER BY id DESC LIMIT 1`,
  );

  return {
    startRotation({ role, slot, trigger, before, at }) {
      const id = makeId(at);
      insert.run(id, role, slot, trigger, before, at);
      return id;
    },
    finishRotation(id, { at, result, after, error }) {
      finish.run(at, result, after ?? null, error === undefined ? null : redactText(error), id);
    },
    rotations({ role, ...page }) {
      return readPage('rotations', page, (before, limit) =>
        list.all({ before, limit, role: role ?? null }),
      );
    },
    openRotations: () => open.all(),
    lastRotation: (role) => last.get(role),
  };
}
