import type { KindName } from '../desired/desired.ts';
import { kinds } from '../kinds/index.ts';
import type { OwnedObject, World } from '../kinds/kind.ts';
import { isTakenOver } from '../kinds/ownership.ts';
import { blocked } from '../kinds/make-action.ts';
import type { Action } from './action.ts';
import type { PlanOptions } from './plan-unit.ts';
import { sparingSelf } from './self.ts';

const order: KindName[][] = [
  ['cluster', 'node', 'token'],
  ['service'],
  ['config', 'secret'],
  ['network'],
];

/**
 * Takes away what the unit owns and the files name no more, in stages. `kept` is what the files name, by `kind/name` of
 * the inventory.
 */
export function removals(
  unit: string,
  kept: ReadonlySet<string>,
  world: World,
  options: PlanOptions,
): Action[][] {
  const own = world.owned.filter((row) => row.unit === unit).toSorted(byName);
  const going = own
    .filter((row) => !kept.has(`${row.kind}/${row.name}`) && row.state.prune !== false)
    .filter((row) => !isTakenOver(row, world))
    .flatMap((row) => {
      const action = kinds[row.kind].remove?.(row, world);
      return action ? [{ row, action: sparingSelf(action, world) }] : [];
    });
  const lost = going.filter(({ row }) => counts(row, world));
  const all = own.filter((row) => counts(row, world) && isLive(row, world)).length;
  const refused =
    lost.length >= 2 && lost.length * 2 > all && !options.allow.prune
      ? new Set(lost.map(({ action }) => action))
      : new Set<Action>();
  const actions = going.map(({ action }) =>
    refused.has(action) ? pruneRefused(action, lost.length, all) : action,
  );
  return order
    .map((stage) => actions.filter(({ kind }) => stage.includes(kind)))
    .filter((stage) => stage.length > 0);
}

/** The same plan, however the inventory is ordered. */
function byName(a: OwnedObject, b: OwnedObject): number {
  return a.name < b.name ? -1 : 1;
}

/** Old versions come and go with every change, and settings stay where they are. */
function counts(row: OwnedObject, world: World): boolean {
  if (!(row.kind in lists)) return false;
  const isVersion = world.bases?.has(`${row.kind}/${String(row.state.base)}`) === true;
  return !isVersion || world.current?.has(`${row.kind}/${row.name}`) === true;
}

const lists: Partial<Record<KindName, (world: World, name: string) => boolean>> = {
  service: ({ snapshot }, name) => snapshot.services.some(({ Spec }) => Spec.Name === name),
  network: ({ snapshot }, name) => snapshot.networks.some(({ Name }) => Name === name),
  config: ({ snapshot }, name) => snapshot.configs.some(({ Spec }) => Spec.Name === name),
  secret: ({ snapshot }, name) => snapshot.secrets.some(({ Spec }) => Spec.Name === name),
};

function isLive(row: OwnedObject, world: World): boolean {
  return lists[row.kind]?.(world, row.name) ?? false;
}

function pruneRefused(action: Action, going: number, all: number): Action {
  return blocked(
    action,
    `PruneRefused: the files would have ${going} of the ${all} objects of ${action.unit} removed, which is more than half. Put the files back if that is not meant, or allow it once ("skep apply --allow-prune", or "allow": { "prune": true } over HTTP).`,
    { condition: 'PruneRefused' },
  );
}
