import { skepLabels } from '../desired/labels.ts';
import type { KindName } from '../desired/desired.ts';
import type { OwnedObject } from '../kinds/kind.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import type { Labels } from '../swarm/types.ts';
import type { UnitRecord } from './unit-record.ts';

/**
 * What the Swarm says is the unit's while the inventory knows nothing of it: another Skep made it, or the memory of this
 * one was lost. Once it is in the inventory, the rules for pruning hold for it; the pass that learns it must not prune.
 *
 * Only of units that the files name now, since a directory that is empty by mistake proves nothing. And no networks:
 * these cannot be told later on that they are to stay (`prune: false`).
 */
export function unlearnt(
  unit: Pick<UnitRecord, 'name' | 'desired' | 'vanished'>,
  { services, configs, secrets }: Pick<Snapshot, 'services' | 'configs' | 'secrets'>,
  owned: readonly OwnedObject[],
): OwnedObject[] {
  if (unit.desired === undefined || unit.vanished) return [];
  if (owned.some((row) => row.unit === unit.name)) return [];
  const learn = (kind: KindName, objects: readonly Labelled[]) =>
    objects
      .filter(({ Spec }) => Spec.Labels?.[skepLabels.unit] === unit.name)
      .map(({ ID, Spec }): OwnedObject => {
        const { [skepLabels.base]: base, [skepLabels.prune]: prune } = Spec.Labels ?? {};
        const state = {
          ...(base !== undefined && { base }),
          ...(prune === 'false' && { prune: false }),
        };
        return { unit: unit.name, kind, name: Spec.Name, id: ID, state };
      });
  return [...learn('service', services), ...learn('config', configs), ...learn('secret', secrets)];
}

type Labelled = { ID: string; Spec: { Name: string; Labels?: Labels } };
