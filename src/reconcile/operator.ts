import type { KindName } from '../desired/desired.ts';
import type { CertificateStatus } from '../health/judge-certificates.ts';
import type { ChangeRow, DriftRow, Listed, Page, RotationRow, RunRow } from '../history/history.ts';
import type { Action } from '../plan/action.ts';
import type { RotationSubject } from '../spec/cluster.ts';
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
  /** False for a unit that is not there; `null` is every unit, those to come too. Kept over restarts. */
  suspend(unit: string | null, by: string): boolean;
  /** `null` also resumes what was suspended alone. While all are suspended, one alone is not resumed. */
  resume(unit: string | null, by: string): boolean;
  tokens(): TokenStatus[];
  rotate(role: RotationSubject, by: string): Promise<RotationRow>;
  /** Calls back for every piece of news until the returned function is called. */
  subscribe(listener: (news: News) => void): () => void;
  history: {
    runs(query: Page & { unit?: string; result?: string }): Listed<RunRow>;
    run(id: string): (RunRow & { changes: ChangeRow[] }) | undefined;
    drift(query: Page & { unit?: string }): Listed<DriftRow & { id: string }>;
    rotations(query: Page & { role?: RotationSubject }): Listed<RotationRow>;
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
  /** A person has suspended every unit. */
  suspended: boolean;
  desired: { directory: string; readAt: number | null; complete: boolean };
  units: UnitStatus[];
  /** Of join tokens and the unlock key, to each place that the files want them at. */
  deliveries: DeliveryStatus[];
  /** The root's, then each node's by name; empty until the Swarm was read. */
  certificates: CertificateStatus[];
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

/** `fingerprint`: first 16 hex of the token's SHA-256; null of the unlock key, which is read only to be rotated. */
export type TokenStatus = {
  role: RotationSubject;
  /** In words; null when it is never rotated by itself. */
  schedule: string | null;
  rotate: string | null;
  timezone: string | null;
  /** In ms. */
  every: number | null;
  fingerprint: string | null;
  lastRotationAt: number | null;
  /** `schedule`, who asked for it, or that it was not this Skep. */
  lastRotationBy: string | null;
  /** The moment the schedule names, and the one with its jitter. */
  nextSlotAt: number | null;
  nextRotationAt: number | null;
  deliveries: DeliveryStatus[];
};

/** How the delivery to one place stands. Fingerprints as of tokens. */
export type DeliveryStatus = {
  subject: RotationSubject;
  way: 'file' | 'webhook' | 'secret';
  /** A path, the scheme and host of a webhook, or a secret's name. */
  target: string;
  /** `dead`: given up until there is something new or a person asks. `unknown`: nothing was to be delivered from here yet. */
  state: 'pending' | 'delivered' | 'dead' | 'unknown';
  /** Of what it was last given. */
  fingerprint: string | null;
  deliveredAt: number | null;
  /** That failed, since there is something to deliver. */
  attempts: number;
  nextAttemptAt: number | null;
  error: string | null;
};

/** One piece of news for `/api/v1/events`; `type` is for example `run.finished`, `drift.found`, `unit.changed`, `token.rotated`. */
export type News = {
  id: number;
  type: string;
  at: number;
  unit: string | null;
  data: Record<string, unknown>;
};
