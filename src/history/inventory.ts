import type { Database } from 'better-sqlite3';
import type { OwnedObject } from '../kinds/kind.ts';
import type { History } from './history.ts';

/** What Skep owns. An object has one owner: owning it for another unit takes it over from the first. */
export function inventoryStore(db: Database): Pick<History, 'owned' | 'own' | 'disown'> {
  const all = db.prepare<[], Stored>(
    'SELECT unit, kind, name, engine_id AS id, state FROM inventory ORDER BY unit, kind, name',
  );
  const own = db.prepare(
    `INSERT INTO inventory (unit, kind, name, engine_id, state, owned_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, name) DO UPDATE
     SET unit = excluded.unit, engine_id = excluded.engine_id, state = excluded.state`,
  );
  const disown = db.prepare('DELETE FROM inventory WHERE unit = ? AND kind = ? AND name = ?');

  return {
    owned: () => all.all().map(fromStored),
    own({ unit, kind, name, id, state }, at) {
      own.run(unit, kind, name, id ?? null, JSON.stringify(state), at);
    },
    disown(unit, kind, name) {
      disown.run(unit, kind, name);
    },
  };
}

type Stored = Omit<OwnedObject, 'id' | 'state'> & { id: string | null; state: string };

function fromStored({ id, state, ...rest }: Stored): OwnedObject {
  const read = { ...rest, state: JSON.parse(state) as OwnedObject['state'] };
  return id === null ? read : { ...read, id };
}
