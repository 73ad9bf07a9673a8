import type { CertificateStatus } from '../health/judge-certificates.ts';
import type { DeliveryRow } from '../history/history.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { TokenStatus } from './operator.ts';
import type { Outcome } from './outcome.ts';

export type TokenTimes = Pick<TokenStatus, 'role' | 'lastRotationAt' | 'nextRotationAt'>;

/** What the loop counts. */
export type LoopMetrics = {
  runFinished(unit: string, result: Outcome['result'], ms: number, at: number): void;
  runRequeued(): void;
  unitLooked(unit: string, state: { drifted: boolean; suspended: boolean }): void;
  unitForgotten(unit: string): void;
  swarmObserved(at: number): void;
  tokenRotated(role: RotationSubject, result: 'done' | 'failed', at: number): void;
  tokensLooked(tokens: readonly TokenTimes[]): void;
  /** One try to deliver a token or the unlock key. */
  delivered(
    subject: RotationSubject,
    way: 'file' | 'webhook',
    result: 'delivered' | 'failed' | 'dead',
  ): void;
  /** All deliveries that there are. */
  deliveriesCounted(rows: readonly Pick<DeliveryRow, 'subject' | 'state'>[]): void;
  queueChanged(depth: number, oldestMs: number): void;
  pruneRefused(): void;
  certificatesSeen(certificates: readonly CertificateStatus[]): void;
};

/** For a loop that lives as long as one command. */
export const noMetrics: LoopMetrics = {
  runFinished() {},
  runRequeued() {},
  unitLooked() {},
  unitForgotten() {},
  swarmObserved() {},
  tokenRotated() {},
  tokensLooked() {},
  delivered() {},
  deliveriesCounted() {},
  queueChanged() {},
  pruneRefused() {},
  certificatesSeen() {},
};
