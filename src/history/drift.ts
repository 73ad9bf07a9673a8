import type { Database } from 'better-sqlite3';
import type { DriftRow, History } from './history.ts';
import type { MakeId } from './ids.ts';
import { readPage } from './page.ts';
import { readChanges, writeChanges } from './redact.ts';

/** Drift, newest first. An object that is seen adrift again before it was put right keeps its row and its time. */
export function driftStore(
  db: Database,
  makeId: MakeId,
): Pick<History, 'recordDrift' | 'settleDrift' | 'drift'> {
  const record = db.prepare(
    `INSERT INTO drift (id, unit, kind, name, changes, at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (unit, kind, name) WHERE settled_at IS NULL
     DO UPDATE SET changes = excluded.changes`,
  );
  const settle = db.prepare(
    'UPDATE drift SET settled_at = ? WHERE unit = ? AND kind = ? AND name = ? AND settled_at IS NULL',
  );
  const list = db.prepare<{ before: string; limit: number; unit: string | null }, Stored>(
    `SELECT id, unit, kind, name, changes, at, settled_at AS settledAt FROM drift
     WHERE id < :before AND (:unit IS NULL OR unit = :unit) ORDER BY id DESC LIMIT :limit`,
  );

  return {
    recordDrift({ unit, kind, name, changes, at, settledAt }) {
      record.run(makeId(at), unit, kind, name, writeChanges(changes), at, settledAt);
    },
    settleDrift(unit, kind, name, at) {
      settle.run(at, unit, kind, name);
    },
    drift({ unit, ...page }) {
      const { items, nextCursor } = readPage('drift', page, (before, limit) =>
        list.all({ before, limit, unit: unit ?? null }),
      );
      const read = items.map((row) => ({ ...row, changes: readChanges(row.changes) }));
      return { items: read, nextCursor };
    },
  };
}

type Stored = Omit<DriftRow, 'changes'> & { id: string; changes: string };
