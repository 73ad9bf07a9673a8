import type { OwnedObject } from '../kinds/kind.ts';
import type { EngineEvent } from '../swarm/types.ts';
import type { UnitRecord } from './unit-record.ts';

/**
 * Names of the units that events may concern: those that want, refer to or own the object. A node concerns all, since
 * tasks move with it.
 */
export function unitsTouched(
  events: readonly EngineEvent[],
  units: readonly UnitRecord[],
  owned: readonly OwnedObject[],
): Set<string> {
  if (events.some((event) => event.Type === 'node')) return new Set(units.map(({ name }) => name));
  const objects = new Set(
    events.flatMap(({ Type, Actor }) => {
      const name = Actor.Attributes?.['name'] ?? '';
      // Who refers to a secret by its plain name means its newest version.
      return [Actor.ID, name, name.replace(/-[0-9a-f]{12}$/, '')].map((one) => `${Type}/${one}`);
    }),
  );
  const touches = (kind: string, name: string | undefined) => objects.has(`${kind}/${name}`);
  const wanting = units.filter(({ desired }) =>
    [...(desired?.objects ?? []), ...(desired?.external ?? [])].some(({ kind, name }) =>
      touches(kind, name),
    ),
  );
  const owning = owned.filter(({ kind, name, id }) => touches(kind, name) || touches(kind, id));
  return new Set([...wanting.map(({ name }) => name), ...owning.map(({ unit }) => unit)]);
}
