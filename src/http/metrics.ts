import { Registry, collectDefaultMetrics } from 'prom-client';
import type { CertificateStatus } from '../health/judge-certificates.ts';
import type { Gauge } from 'prom-client';
import type { Outcome } from '../reconcile/outcome.ts';
import type { LoopMetrics, TokenTimes } from '../reconcile/loop-metrics.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import { defineSeries } from './series.ts';

type Result = Outcome['result'];
type EngineCall = { method: string; route: string; status: number; ms: number };

export type Metrics = ReturnType<typeof createMetrics>;

/** What one running Skep counts, in a registry of its own. Takes ms, as everywhere in Skep; the series are in seconds. */
export function createMetrics(version: string) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const series = defineSeries(registry);
  series.build.set({ version }, 1);
  series.leader.set(1);
  startAtZero(series);

  return {
    /** The text that Prometheus scrapes. */
    async read(): Promise<{ contentType: string; body: string }> {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    runFinished(unit: string, result: Result, ms: number, at: number): void {
      series.runs.inc({ result });
      series.runSeconds.observe(ms / 1000);
      series.ready.set({ unit }, result === 'ready' ? 1 : 0);
      if (result === 'ready') series.lastSuccess.set({ unit }, at / 1000);
    },
    unitLooked(unit: string, state: { drifted: boolean; suspended: boolean }): void {
      series.drifted.set({ unit }, state.drifted ? 1 : 0);
      series.suspended.set({ unit }, state.suspended ? 1 : 0);
    },
    /** The unit is gone, and with it its series. */
    unitForgotten(unit: string): void {
      const { ready, drifted, suspended, lastSuccess } = series;
      for (const gauge of [ready, drifted, suspended, lastSuccess]) gauge.remove({ unit });
    },
    engineCall({ method, route, status, ms }: EngineCall): void {
      series.calls.inc({ method, route, code: String(status) });
      series.callSeconds.observe({ method }, ms / 1000);
    },
    leaderChanged: (leads: boolean): void => series.leader.set(leads ? 1 : 0),
    swarmObserved: (at: number): void => series.observed.set(at / 1000),
    eventStreamRestarted: (): void => series.restarts.inc(),
    pruneRefused: (): void => series.pruneRefused.inc(),
    tokenRotated(role: RotationSubject, result: 'done' | 'failed', at: number): void {
      series.rotations.inc({ role, result });
      if (result === 'done') series.lastRotation.set({ role }, at / 1000);
    },
    tokensLooked(tokens: readonly TokenTimes[]): void {
      for (const { role, lastRotationAt, nextRotationAt } of tokens) {
        setOrRemove(series.lastRotation, { role }, lastRotationAt);
        setOrRemove(series.nextRotation, { role }, nextRotationAt);
      }
    },
    delivered(...[subject, way, result]: Parameters<LoopMetrics['delivered']>): void {
      series.deliveries.inc({ subject, way, result });
    },
    deliveriesCounted(rows: Parameters<LoopMetrics['deliveriesCounted']>[0]): void {
      for (const subject of deliverySubjects) {
        for (const state of ['pending', 'dead']) {
          const open = rows.filter((row) => row.subject === subject && row.state === state);
          series.openDeliveries.set({ subject, state }, open.length);
        }
      }
    },
    /** All that are known: one that is not among them has gone. */
    certificatesSeen(certificates: readonly CertificateStatus[]): void {
      series.certificates.reset();
      for (const { kind, name, expiresAt } of certificates) {
        if (expiresAt === null) continue;
        series.certificates.set({ kind, node: kind === 'node' ? name : '' }, expiresAt / 1000);
      }
    },
    queueChanged(depth: number, oldestMs: number): void {
      series.queued.set(depth);
      series.oldest.set(oldestMs / 1000);
    },
    runRequeued: (): void => series.retries.inc(),
    notified: (sink: string, result: 'done' | 'failed'): void =>
      series.notifications.inc({ sink, result }),
  };
}

/** `at` in ms since the epoch; null when there is no such moment. */
function setOrRemove<T extends string>(
  gauge: Gauge<T>,
  labels: Record<T, string>,
  at: number | null,
): void {
  if (at === null) gauge.remove(labels);
  else gauge.set(labels, at / 1000);
}
const deliverySubjects = ['worker', 'manager', 'unlock-key'] as const;

/** A series that begins with its first failure hides that failure from rate(). */
function startAtZero({ runs, rotations, deliveries }: ReturnType<typeof defineSeries>): void {
  const results: Result[] = ['ready', 'retry', 'wait', 'stalled'];
  for (const result of results) runs.inc({ result }, 0);
  for (const role of ['worker', 'manager', 'unlock-key']) {
    for (const result of ['done', 'failed']) rotations.inc({ role, result }, 0);
  }
  for (const subject of deliverySubjects) {
    for (const way of ['file', 'webhook']) {
      for (const result of ['delivered', 'failed', 'dead']) {
        deliveries.inc({ subject, way, result }, 0);
      }
    }
  }
}
