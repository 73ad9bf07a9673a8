import type { Logger } from 'pino';
import type { History } from '../history/history.ts';
import type { AuthFor } from '../kinds/send-write.ts';
import type { SpecSet } from '../spec/spec-set.ts';
import type { EngineEvent } from '../swarm/types.ts';
import type { Clock } from './clock.ts';
import type { EngineLink } from './engine-link.ts';
import type { Operator } from './operator.ts';

export type ControllerOptions = {
  link: EngineLink;
  /** The desired directory, as status shows it. */
  directory: string;
  /** Reads the directory; `overlay` (path to text) is laid over it first. */
  readFiles: (overlay?: Record<string, string>) => Promise<SpecSet>;
  history: History;
  clock: Clock;
  random: () => number;
  log: Logger;
  version: string;
  auth?: AuthFor;
  /** Units reconciled at once. */
  workers?: number;
  /** Engine writes of one unit under way at once. */
  writesAtOnce?: number;
  /** How long a rollout may go without becoming healthy, when its unit does not say. */
  rolloutTimeoutMs?: number;
};

/** The loop. Triggers only tell it to look; what it does comes from comparing files and Swarm. */
export type Controller = {
  readonly operator: Operator;
  /** Begins to work on what is queued. Rows that a crash left open are marked first. */
  start(): void;
  /** Looks whether files changed, and queues the units whose wish did. Never rejects. */
  filesChanged(trigger: string): Promise<void>;
  /** Queues the units that these events may concern. */
  eventsSeen(events: EngineEvent[]): void;
  /** Reads the files again and queues every unit. Never rejects. */
  resync(trigger: string): Promise<void>;
  /** No new run begins; those under way may end within `graceMs`, then they are abandoned. */
  stop(graceMs: number): Promise<void>;
};
