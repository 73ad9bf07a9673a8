import type { RotationSubject } from '../spec/cluster.ts';
import type { CertificateStatus } from '../health/judge-certificates.ts';
import type { Outcome } from './outcome.ts';

/** What the loop counts. */
export type LoopMetrics = {
  runFinished(unit: string, result: Outcome['result'], ms: number, at: number): void;
  runRequeued(): void;
  unitLooked(unit: string, state: { drifted: boolean; suspended: boolean }): void;
  unitForgotten(unit: string): void;
  swarmObserved(at: number): void;
  tokenRotated(role: RotationSubject, result: 'done' | 'failed', at: number): void;
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
  queueChanged() {},
  pruneRefused() {},
  certificatesSeen() {},
};
