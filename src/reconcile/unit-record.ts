import type { DesiredUnit } from '../desired/desired.ts';
import type { Hold } from '../health/hold-monitor.ts';
import type { Outcome } from './outcome.ts';
import type { Allow, Condition, Resource, UnitStatus } from './operator.ts';
import type { Wish } from './desired-set.ts';
import type { ObjectKey } from './object-key.ts';

/** What the loop remembers of a unit while it runs. What must outlive the process is in the history. */
export type UnitRecord = {
  name: string;
  kind: 'cluster' | 'stack';
  files: string[];
  revision: string;
  /** The last version whose files were right; undefined when there was none, or when no file names the unit any more. */
  desired: DesiredUnit | undefined;
  /** What is wrong with the files as they are now. */
  problem: string | undefined;
  /** No file names it any more; what it owns is to be removed. */
  vanished: boolean;

  sync: UnitStatus['sync'];
  health: UnitStatus['health'];
  operation: string | null;
  outcome: Outcome | null;
  lastRunAt: number | null;
  nextRunAt: number | null;
  attempts: number;
  conditions: Condition[];
  resources: Resource[];

  /** Passes in a row that wrote something: a unit that never comes to rest is slowed down. */
  writingPasses: number;
  /** Since when it has been rolling out. */
  progressingSince: number | null;
  /** Since when its services have been well without a break, while it is rolling out. */
  holds: Map<string, Hold>;
  /** Units it cannot go on without, as its last run found. */
  waitsFor: string[];
  /** Those of them that are to be run now. */
  asks: string[];
  /** Until when to look again and again, although nothing seems to happen. */
  watchUntil: number;
  /** What a person lets pass until the unit has come to rest. */
  allow: Allow;
  /** Writes the Engine called wrong, by object: not sent again until they change. */
  rejected: Map<string, { digest: string; message: string }>;
  /** Objects whose drift is recorded and not settled; undefined until the history was asked. */
  drifted: Set<ObjectKey> | undefined;
  /** The row in the history of what is being rolled out. */
  run: { id: string; revision: string; startedAt: number } | undefined;
  /** Ends the waits of the run under way. */
  interrupt: AbortController;
  waiters: { until: 'run' | 'rest'; resolve: (outcome: Outcome) => void }[];
};

export function newRecord(name: string): UnitRecord {
  return {
    name,
    kind: 'stack',
    files: [],
    revision: '',
    desired: undefined,
    problem: undefined,
    vanished: false,
    sync: 'unknown',
    health: 'unknown',
    operation: null,
    outcome: null,
    lastRunAt: null,
    nextRunAt: null,
    attempts: 0,
    conditions: [],
    resources: [],
    writingPasses: 0,
    progressingSince: null,
    holds: new Map(),
    waitsFor: [],
    asks: [],
    watchUntil: 0,
    allow: {},
    rejected: new Map(),
    drifted: undefined,
    run: undefined,
    interrupt: new AbortController(),
    waiters: [],
  };
}

/** Takes over what the files say now. True when that is another wish than before. */
export function takeWish(record: UnitRecord, wish: Wish): boolean {
  const before = `${record.revision} ${record.problem ?? ''}`;
  record.kind = wish.kind;
  record.files = wish.files;
  record.vanished = false;
  record.problem = wish.problem;
  if (wish.problem === undefined && wish.desired !== undefined) {
    record.desired = wish.desired;
    record.revision = wish.revision;
  }
  return before !== `${record.revision} ${record.problem ?? ''}`;
}

/** A new wish, or a person, gets a fresh try: nothing of earlier failures holds it back. */
export function startAfresh(record: UnitRecord): void {
  record.attempts = 0;
  record.writingPasses = 0;
  record.progressingSince = null;
  record.rejected.clear();
  record.interrupt.abort();
}
