import type { Database } from 'better-sqlite3';
import type { History, UnitState } from './history.ts';

/** What must be known of a unit after a restart. */
export function unitStore(
  db: Database,
): Pick<History, 'unitState' | 'saveUnitState' | 'suspendedUnits' | 'forgetUnit'> {
  const read = db.prepare<[string], Stored>(
    'SELECT suspended, applied_revision AS appliedRevision, refused FROM units WHERE name = ?',
  );
  const save = db.prepare(
    `INSERT INTO units (name, suspended, applied_revision, refused) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET suspended = excluded.suspended,
       applied_revision = excluded.applied_revision, refused = excluded.refused`,
  );
  const suspended = db
    .prepare<[], string>('SELECT name FROM units WHERE suspended = 1 ORDER BY name')
    .pluck();
  const forget = db.prepare('DELETE FROM units WHERE name = ?');

  return {
    unitState(unit) {
      const row = read.get(unit);
      return (
        row && {
          suspended: row.suspended === 1,
          appliedRevision: row.appliedRevision,
          refused: JSON.parse(row.refused) as UnitState['refused'],
        }
      );
    },
    saveUnitState(unit, { suspended, appliedRevision, refused }) {
      save.run(unit, suspended ? 1 : 0, appliedRevision, JSON.stringify(refused));
    },
    suspendedUnits: () => suspended.all(),
    forgetUnit(unit) {
      forget.run(unit);
    },
  };
}

type Stored = { suspended: number; appliedRevision: string | null; refused: string };
