import type { Database } from 'better-sqlite3';
import type { History } from './history.ts';

/**
 * Forgets what is old and over, and what is more than so many runs or drifts of a unit, or rotations of a role. What is
 * still open stays, and so does the last rotation of each role: schedules need it.
 */
export function trimmer(db: Database): Pick<History, 'trim'> {
  const runs = db.prepare(
    `DELETE FROM runs WHERE result <> 'running' AND (started_at < :before OR id IN (${beyond('runs', 'unit')}))`,
  );
  const drift = db.prepare(
    `DELETE FROM drift WHERE settled_at < :before OR (settled_at IS NOT NULL AND id IN (${beyond('drift', 'unit')}))`,
  );
  const rotations = db.prepare(
    `DELETE FROM rotations
     WHERE result <> 'running' AND (started_at < :before OR id IN (${beyond('rotations', 'role')}))
       AND id NOT IN (SELECT max(id) FROM rotations WHERE result = 'done' GROUP BY role)`,
  );
  const trim = db.transaction((limits: { before: number; keep: number }) => {
    for (const statement of [runs, drift, rotations]) statement.run(limits);
  });

  return {
    trim({ before, keep }) {
      trim.immediate({ before, keep });
      // The pages that became free go back to the disk.
      db.pragma('incremental_vacuum');
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
}

function beyond(table: string, group: string): string {
  return `SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY ${group} ORDER BY id DESC) AS place FROM ${table})
    WHERE place > :keep`;
}
