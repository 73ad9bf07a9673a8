import type { Database } from 'better-sqlite3';
import type { History } from './history.ts';

/** Forgets what is old and over. What is still open stays, and so does the last rotation of each role: schedules need it. */
export function trimmer(db: Database): Pick<History, 'trim'> {
  const runs = db.prepare(
    `DELETE FROM runs WHERE result <> 'running' AND (started_at < :before OR id IN (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY unit ORDER BY id DESC) AS place FROM runs)
       WHERE place > :keep))`,
  );
  const drift = db.prepare('DELETE FROM drift WHERE settled_at < ?');
  const rotations = db.prepare(
    `DELETE FROM rotations WHERE started_at < ? AND result <> 'running' AND id NOT IN (
       SELECT max(id) FROM rotations WHERE result = 'done' GROUP BY role)`,
  );
  const trim = db.transaction((limits: { before: number; keep: number }) => {
    runs.run(limits);
    drift.run(limits.before);
    rotations.run(limits.before);
  });

  return {
    trim({ before, keep }) {
      trim.immediate({ before, keep });
    },
  };
}
