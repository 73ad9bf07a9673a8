import type { DesiredObject, DesiredUnit, KindName } from '../desired/desired.ts';
import { kinds } from '../kinds/index.ts';
import type { World } from '../kinds/kind.ts';
import { replacing, waiting } from '../kinds/make-action.ts';
import { namesIn } from '../kinds/name-ids.ts';
import { leavingNetworks, unitsHolding } from '../kinds/network/leaving.ts';
import { attachmentsOf } from '../kinds/network/network-users.ts';
import { expandNodes } from '../kinds/node/expand-nodes.ts';
import { findNode } from '../kinds/node/find-node.ts';
import { maintenanceHeld } from '../kinds/node/maintenance-guard.ts';
import type { Allow } from '../reconcile/operator.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { Action } from './action.ts';
import { adoptNames } from './adopt-names.ts';
import { removeDownNodes } from './down-nodes.ts';
import { oneSwarmUpdate, unlessRefused } from './guard-upserts.ts';
import type { Notice } from './notice.ts';
import { inOrder } from './order.ts';
import { removals } from './removals.ts';
import { selfIn, sparingSelf } from './self.ts';
import { unknownFields } from './unknown-fields.ts';

export type PlanOptions = {
  /** The view of all files is complete and every unit has spoken: what no file names may go. */
  mayPrune: boolean;
  allow: Allow;
  /** `wishHash` of the services that Swarm rolled back or paused, by service. */
  refused: Readonly<Record<string, string>>;
};

export type UnitPlan = {
  /** In the order of writing, deletes last. */
  actions: Action[];
  /** The same actions: those of one stage may be written at once, each stage after the one before. */
  stages: Action[][];
  diagnostics: Diagnostic[];
  /**
   * What the unit wants, with the names of live objects that were adopted and one wish for each node: of these `own` goes to
   * the inventory.
   */
  objects: DesiredObject[];
  /** Units that have to do their part before this one can go on. */
  waitsFor?: string[];
  notices: Notice[];
};

/** What has to be written so that the Swarm holds what the unit wants. Nothing, when the files are wrong. Pure. */
export function planUnit(desired: DesiredUnit, world: World, options: PlanOptions): UnitPlan {
  const { objects: named, diagnostics: adopted } = adoptNames(desired.objects, world);
  const { objects, notices, diagnostics: unfit } = expandNodes(named, world);
  const active = objects.filter((object) => object.options.suspend !== true);
  const ordered = inOrder(active, selfIn(world)?.Spec.Name);
  const diagnostics = [
    ...desired.diagnostics,
    ...ordered.diagnostics,
    ...adopted,
    ...unfit,
    ...unknownFields(active, world),
  ];
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { actions: [], stages: [], diagnostics, objects, notices };
  }
  const surroundings = around(desired, objects, world, options);
  const upserts = [
    missingExternals(desired, world),
    ...planStages(ordered.stages, surroundings, options),
  ];
  const stages = [...upserts, ...prune(desired, objects, surroundings, upserts.flat(), options)];
  const waitsFor = unitsHolding(desired.name, surroundings);
  return { ...inStages(stages), diagnostics, objects, waitsFor, notices };
}

/** What has to be removed of a unit that no file names any more; nothing unless `options.mayPrune`. Pure. */
export function planRemovedUnit(unit: string, world: World, options: PlanOptions): UnitPlan {
  const stages = options.mayPrune ? removals(unit, new Set(), world, options) : [];
  return { ...inStages(stages), diagnostics: [], objects: [], notices: [] };
}

/** `kind/name` of what a plan makes: later units' plans may count on it. */
export function comingOf(actions: readonly Action[]): string[] {
  return actions
    .filter(({ action }) => action === 'create' || action === 'replace')
    .map(({ kind, name }) => `${kind}/${name}`);
}

function inStages(planned: Action[][]): { actions: Action[]; stages: Action[][] } {
  const actions = oneSwarmUpdate(planned.flat());
  const stages = planned.map(({ length }) => actions.splice(0, length));
  const filled = stages.filter((stage) => stage.length > 0);
  return { actions: filled.flat(), stages: filled };
}

/** The world with what the kinds have to know of the unit as a whole. */
function around(
  desired: DesiredUnit,
  objects: readonly DesiredObject[],
  world: World,
  { allow }: PlanOptions,
): World {
  const { units = [desired] } = world;
  const roles = objects.flatMap((object) => {
    if (object.kind !== 'node' || object.settings.role === undefined) return [];
    const { node } = findNode(object.name, world.snapshot.nodes, world.now);
    return node ? [[node.ID, object.settings.role] as const] : [];
  });
  const bases = objects.flatMap((object) =>
    'base' in object && object.base !== undefined ? [`${object.kind}/${object.base}`] : [],
  );
  return {
    ...world,
    units,
    leaving: leavingNetworks({ ...world, units }),
    roles: new Map(roles),
    maintenanceHeld: maintenanceHeld(
      objects.filter((object) => object.kind === 'node'),
      world.snapshot,
      world.now,
    ),
    bases: new Set(bases),
    current: new Set(objects.map(({ kind, name }) => `${kind}/${name}`)),
    force: allow.force === true,
  };
}

function planStages(stages: DesiredObject[][], world: World, options: PlanOptions): Action[][] {
  const coming = new Set(world.coming);
  const planned: Action[][] = [];
  for (const stage of stages) {
    const actions = stage.flatMap((object) => {
      const kind = kinds[object.kind];
      const action = kind.plan(object, { ...world, coming });
      const planned = action ? [guarded(action, object, world, options)] : [];
      return [...planned, ...(kind.obstacles?.(object, world) ?? [])];
    });
    for (const name of comingOf(actions)) coming.add(name);
    planned.push(actions);
  }
  return planned;
}

function guarded(
  action: Action,
  object: DesiredObject,
  world: World,
  options: PlanOptions,
): Action {
  return sparingSelf(unlessRefused(action, object, world, options), world);
}

function missingExternals({ name: unit, external }: DesiredUnit, world: World): Action[] {
  const live = namesIn(world.snapshot);
  return external
    .filter(({ kind, name }) => live[kind](name) === undefined)
    .filter(({ kind, name }) => !world.coming.has(`${kind}/${name}`))
    .map(({ kind, name }) =>
      waiting(
        { unit, kind, name },
        `The files take the ${kind} ${name} as given ("external"), and it does not exist. Make it, or correct the name.`,
        { condition: 'ExternalMissing' },
      ),
    );
}

/** Only when the whole wish of the unit stands or is about to: what would go may still be needed otherwise. */
function prune(
  desired: DesiredUnit,
  objects: readonly DesiredObject[],
  world: World,
  upserts: readonly Action[],
  options: PlanOptions,
): Action[][] {
  if (!options.mayPrune || desired.options.prune === false || desired.options.suspend) return [];
  const stuck = upserts.filter(({ action, aside }) => action === 'blocked' && !aside);
  const isReplacing = stuck.some(({ condition }) => condition === replacing);
  const others = stuck.filter(({ condition }) => condition !== replacing);
  if (others.some(({ kind }) => !apart.includes(kind))) return [];
  const kept = objects.flatMap((object) => {
    const owned = kinds[object.kind].own?.(object, world);
    return owned ? [`${owned.kind}/${owned.name}`] : [];
  });
  const stages = removals(desired.name, new Set(kept), world, options);
  const sure = stages.map((stage) =>
    stage.filter((action) => {
      // Which node is meant is not sure, so none loses its labels.
      if (action.kind === 'node' && others.some(({ kind }) => kind === 'node')) return false;
      return !isReplacing || holdsUp(action, world);
    }),
  );
  return [...sure, removeDownNodes(objects, world, options)];
}

/** Whether a network that is to be replaced waits for this very removal. */
function holdsUp({ kind, name }: Action, { leaving, snapshot }: World): boolean {
  const service = snapshot.services.find(({ Spec }) => kind === 'service' && Spec.Name === name);
  if (service === undefined) return false;
  return attachmentsOf(service.Spec).some(({ Target }) => leaving?.has(Target));
}

/** A machine that is away for weeks, or a role that has to wait, says nothing about what else may go. */
const apart: KindName[] = ['node', 'token'];
