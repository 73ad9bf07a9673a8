import type { Logger } from 'pino';
import type { History } from '../history/history.ts';
import type { AuthFor } from '../kinds/send-write.ts';
import type { Leadership } from '../lease/leadership.ts';
import type { Certificates } from './certificates.ts';
import type { Clock } from './clock.ts';
import type { Deliveries } from './deliveries.ts';
import type { DesiredSet } from './desired-set.ts';
import type { Guests } from './guests.ts';
import type { ImageDigests } from './image-digests.ts';
import type { LoopMetrics } from './loop-metrics.ts';
import type { Newsroom } from './news.ts';
import type { Observation } from './observation.ts';
import type { SecretComparison } from './secret-contents.ts';
import type { SelfHeal } from './self-heal.ts';
import type { SharedRead } from './shared-read.ts';
import type { TokenSecrets } from './token-secrets.ts';

/** What every run of the loop works with. */
export type LoopParts = {
  wishes: SharedRead<DesiredSet>;
  observations: SharedRead<Observation>;
  history: History;
  clock: Clock;
  random: () => number;
  log: Logger;
  heal: SelfHeal;
  guests: Guests;
  news: Newsroom;
  metrics: LoopMetrics;
  images: ImageDigests;
  secrets: SecretComparison;
  tokenSecrets: TokenSecrets;
  deliveries: Deliveries;
  certificates: Certificates;
  auth: AuthFor | undefined;
  mode: 'apply' | 'observe';
  /** What Swarm says of ownership fills an inventory that knows nothing of a unit. */
  learnOwners: boolean;
  /** Absent: there is no other Skep to mind. */
  leadership: Leadership | undefined;
  /** Units that are run; all of them when absent. */
  only: readonly string[] | undefined;
  keepVersions: number | undefined;
  writesAtOnce: number;
  rolloutTimeoutMs: number;
};
