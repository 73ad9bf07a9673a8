import type { KindName } from '../desired/desired.ts';
import type { ChangeRow, DriftRow, Listed, Page, RotationRow, RunRow } from '../history/history.ts';
import type { Action } from '../plan/action.ts';
import type { TokenRole } from '../spec/cluster.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { Outcome } from './outcome.ts';

/** What the HTTP edge and the CLI may ask of a running Skep. Times: ms since the epoch. */
export type Operator = {
  status(): Status;
  resources(filter: { kind?: KindName; unit?: string }): Resource[];
  /** What a run would do now. `files` (path to text) are laid over the desired directory first; nothing is written. */
  plan(options: {
    unit?: string;
    files?: Record<string, string>;
    allow?: Allow;
  }): Promise<PlanReport>;
  /** Queues the units (all when none is named) ahead of background work; `wait` resolves when they ran. */
  reconcile(request: ReconcileRequest): Promise<ReconcileReceipt>;
  suspend(unit: string, by: string): boolean;
  resume(unit: string, by: string): boolean;
  tokens(): TokenStatus[];
  rotate(role: TokenRole, by: string): Promise<RotationRow>;
  /** Calls back for every piece of news until the returned function is called. */
  subscribe(listener: (news: News) => void): () => void;
  history: {
    runs(query: Page & { unit?: string; result?: string }): Listed<RunRow>;
    run(id: string): (RunRow & { changes: ChangeRow[] }) | undefined;
    drift(query: Page & { unit?: string }): Listed<DriftRow & { id: string }>;
    rotations(query: Page & { role?: TokenRole }): Listed<RotationRow>;
  };
};

/** What a person lets pass this once: `prune` more than the guard would, `force` a spec that Swarm has rolled back. */
export type Allow = { prune?: boolean; force?: boolean };
export type ReconcileRequest = { units?: string[]; allow?: Allow; by: string; wait?: boolean };
export type ReconcileReceipt = {
  request: string;
  units: string[];
  outcomes?: Record<string, Outcome>;
};

export type Status = {
  version: string;
  startedAt: number;
  ready: boolean;
  /** Checks of `/readyz`, in order. */
  checks: { name: string; ok: boolean; message: string }[];
  engine: { host: string; apiVersion: string; engineVersion: string; reachable: boolean } | null;
  /** Who writes, of several Skeps with a lease; null without one. */
  leader: { holder: string | null; self: boolean } | null;
  desired: { directory: string; readAt: number | null; complete: boolean };
  units: UnitStatus[];
  diagnostics: Diagnostic[];
};

export type UnitStatus = {
  name: string;
  kind: 'cluster' | 'stack';
  files: string[];
  revision: string;
  /** Does live equal desired. */
  sync: 'synced' | 'out-of-sync' | 'unknown';
  /** Did it roll out. */
  health: 'healthy' | 'progressing' | 'degraded' | 'suspended' | 'unknown';
  /** What is being done at this moment, a sentence; null when idle. */
  operation: string | null;
  outcome: Outcome | null;
  lastRunAt: number | null;
  nextRunAt: number | null;
  attempts: number;
  suspended: boolean;
  conditions: Condition[];
};

export type Condition = {
  /** For example `RolloutPaused`, `Blocked`, `NoSuitableNode`, `PruneRefused`. */
  type: string;
  kind?: KindName;
  name?: string;
  message: string;
  since: number;
};

export type Resource = {
  unit: string;
  kind: KindName;
  name: string;
  id: string | null;
  sync: 'synced' | 'out-of-sync' | 'blocked' | 'missing';
  health: 'healthy' | 'progressing' | 'degraded' | 'unknown';
  message: string;
};

/** The public form of a plan; `plan -o json` prints it. */
export type PlanReport = {
  actions: Omit<Action, 'writes' | 'waiting' | 'scheduled'>[];
  warnings: Diagnostic[];
  errors: Diagnostic[];
};

/** `fingerprint`: first 16 hex of the token's SHA-256. */
export type TokenStatus = {
  role: TokenRole;
  rotate: string | null;
  timezone: string | null;
  fingerprint: string | null;
  lastRotationAt: number | null;
  nextRotationAt: number | null;
};

/** One piece of news for `/api/v1/events`; `type` is for example `run.finished`, `drift.found`, `unit.changed`, `token.rotated`. */
export type News = {
  id: number;
  type: string;
  at: number;
  unit: string | null;
  data: Record<string, unknown>;
};
