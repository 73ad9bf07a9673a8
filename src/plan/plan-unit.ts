import type { DesiredObject, DesiredUnit } from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import type { Allow } from '../reconcile/operator.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { Action } from './action.ts';

export type PlanOptions = {
  /** The view of all files is complete and every unit has spoken: what no file names may go. */
  mayPrune: boolean;
  allow: Allow;
  /** `specHash` of the specs that Swarm rolled back or paused, by service. */
  refused: Readonly<Record<string, string>>;
};

export type UnitPlan = {
  /** In the order of writing, deletes last. */
  actions: Action[];
  /** The same actions: those of one stage may be written at once, each stage after the one before. */
  stages: Action[][];
  diagnostics: Diagnostic[];
  /** What the unit wants, with the names of live objects that were adopted: of these `own` goes to the inventory. */
  objects: DesiredObject[];
};

/** What has to be written so that the Swarm holds what the unit wants. Pure. */
export function planUnit(desired: DesiredUnit, world: World, options: PlanOptions): UnitPlan {
  throw new Error(`to be written: ${desired.name} ${world.now} ${options.mayPrune}`);
}

/** What has to be removed of a unit that no file names any more; `options.mayPrune` must hold. */
export function planRemovedUnit(unit: string, world: World, options: PlanOptions): UnitPlan {
  throw new Error(`to be written: ${unit} ${world.now} ${options.mayPrune}`);
}
