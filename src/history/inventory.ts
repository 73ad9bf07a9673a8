import type { Database } from 'better-sqlite3';
import type { OwnedObject } from '../kinds/kind.ts';
import type { History } from './history.ts';

/** What Skep owns. An object has one owner: owning it for another unit takes it over from the first. */
export function inventoryStore(db: Database): Pick<History, 'owned' | 'own' | 'claim' | 'disown'> {
  const all = db.prepare<[], Stored>(
    'SELECT unit, kind, name, engine_id AS id, state FROM inventory ORDER BY unit, kind, name',
  );
  const insert =
    'INSERT INTO inventory (unit, kind, name, engine_id, state, owned_at) VALUES (?, ?, ?, ?, ?, ?)';
  const own = db.prepare(
    `${insert} ON CONFLICT (kind, name) DO UPDATE
     SET unit = excluded.unit, engine_id = excluded.engine_id, state = excluded.state`,
  );
  const claim = db.prepare(`${insert} ON CONFLICT (kind, name) DO NOTHING`);
  const disown = db.prepare('DELETE FROM inventory WHERE unit = ? AND kind = ? AND name = ?');

  return {
    owned: () => all.all().map(fromStored),
    own({ unit, kind, name, id, state }, at) {
      own.run(unit, kind, name, id ?? null, JSON.stringify(state), at);
    },
    claim({ unit, kind, name, id, state }, at) {
      return claim.run(unit, kind, name, id ?? null, JSON.stringify(state), at).changes > 0;
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
