import type { KindName } from '../desired/desired.ts';
import type { OwnedObject } from '../kinds/kind.ts';
import type { Change } from '../plan/action.ts';
import type { Outcome } from '../reconcile/outcome.ts';
import type { RotationSubject } from '../spec/cluster.ts';

/** What is remembered, in SQLite. Synchronous, as better-sqlite3 is. Nothing sensitive ever gets here. Times: ms since the epoch. */
export type History = {
  /** A run is recorded from its first write on; a look that found nothing only touches the unit's `lastSeen`. */
  startRun(run: { unit: string; trigger: string; revision: string; at: number }): string;
  /** Before the call is sent: after a crash the row says what may have happened. Returns the change's ID. */
  startChange(run: string, change: NewChange): string;
  finishChange(
    change: string,
    end: { at: number; result: 'done' | 'failed' | 'unknown'; error?: string },
  ): void;
  finishRun(run: string, end: { at: number; outcome: Outcome }): void;
  /** Runs and changes that a crash left open; marked `interrupted`, returned once. */
  interrupted(at: number): RunRow[];
  recordDrift(drift: DriftRow): void;
  settleDrift(unit: string, kind: KindName, name: string, at: number): void;
  runs(query: Page & { unit?: string; result?: string }): Listed<RunRow>;
  run(id: string): (RunRow & { changes: ChangeRow[] }) | undefined;
  drift(query: Page & { unit?: string }): Listed<DriftRow & { id: string }>;

  owned(): OwnedObject[];
  own(object: OwnedObject, at: number): void;
  /** Owns what nobody owns yet. False when it has an owner, which stays. */
  claim(object: OwnedObject, at: number): boolean;
  disown(unit: string, kind: KindName, name: string): void;

  startRotation(rotation: {
    role: RotationSubject;
    slot: number | null;
    trigger: string;
    before: string;
    at: number;
  }): string;
  finishRotation(
    id: string,
    end: { at: number; result: 'done' | 'failed'; after?: string; error?: string },
  ): void;
  rotations(query: Page & { role?: RotationSubject }): Listed<RotationRow>;
  /** Those whose end was not seen yet. */
  openRotations(): RotationRow[];
  /** The last one done of each role. */
  lastRotation(role: RotationSubject): RotationRow | undefined;

  /** One row for each target that something was to be delivered to. */
  deliveries(): DeliveryRow[];
  saveDelivery(row: DeliveryRow): void;
  forgetDelivery(row: Pick<DeliveryRow, 'subject' | 'target'>): void;

  unitState(unit: string): UnitState | undefined;
  saveUnitState(unit: string, state: UnitState): void;
  /** Those that a person has suspended. */
  suspendedUnits(): string[];
  forgetUnit(unit: string): void;

  /** Deletes what is older than `before` or beyond `keep` runs per unit. */
  trim(limits: { before: number; keep: number }): void;
  /** Why the disk does not take what is recorded, with a remedy; undefined while it does. */
  problem(): string | undefined;
  /** Writes to the disk what it did not take before, if it does now. Never throws. */
  recover(): void;
  close(): void;
};

export type NewChange = {
  kind: KindName;
  name: string;
  action: string;
  reason: string;
  changes: Change[];
  at: number;
};
export type RunRow = {
  id: string;
  unit: string;
  trigger: string;
  revision: string;
  startedAt: number;
  finishedAt: number | null;
  result: string;
  /** The outcome's; null when it was ready or there is none yet. */
  reason?: string | null;
  message: string | null;
};
export type ChangeRow = {
  id: string;
  kind: KindName;
  name: string;
  action: string;
  reason: string;
  changes: Change[];
  startedAt: number;
  finishedAt: number | null;
  result: string;
  error: string | null;
};
export type DriftRow = {
  unit: string;
  kind: KindName;
  name: string;
  changes: Change[];
  at: number;
  settledAt: number | null;
};
/** `before` and `after` are fingerprints (first 16 hex of SHA-256), never what was rotated. */
export type RotationRow = {
  id: string;
  role: RotationSubject;
  slot: number | null;
  trigger: string;
  startedAt: number;
  finishedAt: number | null;
  result: string;
  before: string;
  after: string | null;
  error: string | null;
};
/** How the delivery to one target stands. `wanted` and `delivered` are fingerprints; `target` is a hash of where to. */
export type DeliveryRow = {
  subject: RotationSubject;
  target: string;
  wanted: string;
  /** `dead`: given up, until there is something new to deliver or a person asks. */
  state: 'pending' | 'delivered' | 'dead';
  /** Since when `wanted` is to be delivered. */
  since: number;
  /** Failed ones, of `wanted`. */
  attempts: number;
  /** Only while it is pending. */
  nextAttemptAt: number | null;
  delivered: string | null;
  deliveredAt: number | null;
  error: string | null;
};
export type UnitState = {
  suspended: boolean;
  /** Revision last applied to the end. */
  appliedRevision: string | null;
  /** Hashes of specs that Swarm rolled back or paused, by service: not sent again until they change. */
  refused: Record<string, string>;
};
export type Page = { limit?: number; cursor?: string };
export type Listed<T> = { items: T[]; nextCursor: string | null };
