import type { Logger } from 'pino';
import type { History } from '../history/history.ts';
import type { AuthFor } from '../kinds/send-write.ts';
import type { Leadership } from '../lease/leadership.ts';
import type { SpecSet } from '../spec/spec-set.ts';
import type { ReadCertificate } from './certificates.ts';
import type { Clock } from './clock.ts';
import type { EngineLink } from './engine-link.ts';
import type { ResolveImage } from './image-digests.ts';
import type { LoopMetrics } from './loop-metrics.ts';

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
  metrics?: LoopMetrics;
  auth?: AuthFor;
  /** Reads the certificate that a manager shows; without it those of nodes are not known. */
  readCertificate?: ReadCertificate;
  /** Of the container Skep runs in, when it does. */
  containerId?: string | undefined;
  /** `changed` when absent. */
  resolveImage?: ResolveImage;
  /** How many former versions of a config or secret stay. */
  keepVersions?: number;
  /** `observe`: look, plan and tell, but write nothing. */
  mode?: 'apply' | 'observe';
  /**
   * What Swarm says of ownership fills an inventory that knows nothing of a unit. Not for a single command, whose plan
   * would not show what is removed because of it.
   */
  learnOwners?: boolean;
  /** Which of several Skeps writes. Absent: there is no other one. */
  leadership?: Leadership | undefined;
  /** Units that are run by themselves; all of them when absent. */
  only?: readonly string[] | undefined;
  /** Units reconciled at once. */
  workers?: number;
  /** Engine writes of one unit under way at once. */
  writesAtOnce?: number;
  /** How long a rollout may go without becoming healthy, when its unit does not say. */
  rolloutTimeoutMs?: number;
};
