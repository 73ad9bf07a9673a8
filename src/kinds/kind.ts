import type { DesiredObject, DesiredUnit, KindName } from '../desired/desired.ts';
import type { Action } from '../plan/action.ts';
import type { Snapshot } from '../swarm/snapshot.ts';

/** What the inventory holds of an object that Skep owns. */
export type OwnedObject = {
  unit: string;
  kind: KindName;
  /** Its name in Swarm; of a node its ID. */
  name: string;
  /** The Engine's ID when it is known. */
  id?: string;
  /** What of it is owned (a node's label keys, the last hash written, …), per kind. */
  state: Record<string, unknown>;
};

/** What a kind may look at besides the object itself. Pure data: time and random are values here. */
export type World = {
  snapshot: Snapshot;
  /** Everything Skep owns, of all units. */
  owned: readonly OwnedObject[];
  /** Milliseconds since the epoch. */
  now: number;
  /** Objects that other actions of this pass make, by `kind/name`. */
  coming: ReadonlySet<string>;
  /** Image of a desired spec to the pinned reference (`name:tag@sha256:…`) to run for it; without an entry any digest is right. */
  images?: ReadonlyMap<string, string>;
  /** Names of live secrets to whether they hold what the files say, of those that the Swarm was asked about. */
  secretContents?: ReadonlyMap<string, boolean>;
  /**
   * Which unit's files name each object, by `kind/name`; absent while not every file could be read. What its unit names
   * no more goes over to the unit that does.
   */
  named?: ReadonlyMap<string, string>;
  /**
   * What every unit wants that is run now (not suspended, its last good files): some things concern several units. Only
   * the planned one when absent.
   */
  units?: readonly DesiredUnit[];
  /** IDs of networks that the Engine would not remove, to the task it named and lists nowhere: a container of no service. */
  guests?: ReadonlyMap<string, string>;
  /** Networks that are about to be replaced, ID to name. Set by `planUnit`. */
  leaving?: ReadonlyMap<string, string>;
  /**
   * Whether the unlock key could be handed over to where the files want it: `true`, or why not. Absent while that is not
   * known; never known to who delivers nothing.
   */
  lockable?: true | string;
  /** How many unreferenced versions of a config or secret stay for a rollback; 2 when absent. */
  keepVersions?: number;
  /** Configs and secrets the unit's files have, by `kind/base`: of these old versions stay. Set by `planUnit`. */
  bases?: ReadonlySet<string>;
  /** Objects that the unit's files have, by `kind/name`. Set by `planUnit`. */
  current?: ReadonlySet<string>;
  /** Roles the files declare, by node ID: a role changes with the whole set of managers in view. Set by `planUnit`. */
  roles?: ReadonlyMap<string, 'worker' | 'manager'>;
  /** Nodes whose maintenance has to wait, by ID. Set by `planUnit`. */
  maintenanceHeld?: ReadonlySet<string>;
  /** A person lets a guard pass this once. Set by `planUnit`. */
  force?: boolean;
};

/** One kind of object: how it is compared and what is written. Pure; nothing here calls an Engine. */
export type Kind<D extends DesiredObject = DesiredObject> = {
  name: KindName;
  /** The one action that makes live what is desired, or undefined when nothing differs. */
  plan(desired: D, world: World): Action | undefined;
  /** What else a person has to know of it: blocked actions beside the one of `plan`. */
  obstacles?(desired: D, world: World): Action[];
  /** The action that takes away what Skep owns and no file names any more; undefined when there is nothing (left) to take. */
  remove?(owned: OwnedObject, world: World): Action | undefined;
  /** What the inventory must hold once `desired` is live. */
  own?(desired: D, world: World): OwnedObject;
  /** What `own` tells is true, and must be remembered, before that as well. */
  ownsBeforeItIsLive?: true;
};
