import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { TokenRole } from '../spec/cluster.ts';

export type Metrics = ReturnType<typeof createMetrics>;

const results = ['ready', 'retry', 'wait', 'stalled'] as const;
const roles = ['worker', 'manager'] as const;

/** All series of one running Skep, in a registry of their own. Times are ms where a name does not say otherwise, as everywhere in Skep. */
export function createMetrics(version: string) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const make = makers(registry);

  make
    .gauge('build_info', 'Always 1; the version is in the label.', ['version'])
    .set({ version }, 1);
  const runs = make.counter('reconcile_total', 'Runs of units by what they came to.', ['result']);
  const runSeconds = make.histogram(
    'reconcile_duration_seconds',
    'How long a run of a unit took.',
    [],
    runBuckets,
  );
  const calls = make.counter('engine_requests_total', 'Calls of the Engine API.', [
    'method',
    'route',
    'code',
  ]);
  const callSeconds = make.histogram(
    'engine_request_duration_seconds',
    'How long a call of the Engine API took.',
    ['method'],
    callBuckets,
  );
  const ready = make.gauge('unit_ready', '1 when the last run of the unit came to ready.', [
    'unit',
  ]);
  const drifted = make.gauge('unit_drifted', '1 when live differs from desired.', ['unit']);
  const suspended = make.gauge('unit_suspended', '1 when the unit is suspended.', ['unit']);
  const lastSuccess = make.gauge(
    'last_success_timestamp_seconds',
    'When the unit was last ready.',
    ['unit'],
  );
  const observed = make.gauge(
    'last_observation_timestamp_seconds',
    'When the Swarm was last seen completely.',
    [],
  );
  const restarts = make.counter(
    'event_stream_restarts_total',
    'How often the stream of Engine events had to be opened again.',
    [],
  );
  const rotations = make.counter('token_rotations_total', 'Rotations of join tokens.', [
    'role',
    'result',
  ]);
  const lastRotation = make.gauge(
    'token_last_rotation_timestamp_seconds',
    'When the join token was last rotated.',
    ['role'],
  );
  const pruneRefused = make.counter('prune_refused_total', 'Prunes that the guard held back.', []);
  const queued = make.gauge('queue_depth', 'Units that wait for their run.', []);
  const oldest = make.gauge(
    'queue_oldest_seconds',
    'How long the unit that waits longest has waited.',
    [],
  );
  const retries = make.counter(
    'queue_retries_total',
    'Runs that were put back to be tried again.',
    [],
  );
  const notifications = make.counter('notifications_total', 'News sent out.', ['sink', 'result']);

  // A series that starts at its first failure hides that failure from rate().
  for (const result of results) runs.inc({ result }, 0);
  for (const role of roles)
    for (const result of ['done', 'failed']) rotations.inc({ role, result }, 0);

  return {
    /** The text that Prometheus scrapes. */
    async read(): Promise<{ contentType: string; body: string }> {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    runFinished(unit: string, result: (typeof results)[number], ms: number, at: number): void {
      runs.inc({ result });
      runSeconds.observe(ms / 1000);
      ready.set({ unit }, result === 'ready' ? 1 : 0);
      if (result === 'ready') lastSuccess.set({ unit }, at / 1000);
    },
    engineCall({
      method,
      route,
      status,
      ms,
    }: {
      method: string;
      route: string;
      status: number;
      ms: number;
    }): void {
      calls.inc({ method, route, code: String(status) });
      callSeconds.observe({ method }, ms / 1000);
    },
    unitLooked(unit: string, state: { drifted: boolean; suspended: boolean }): void {
      drifted.set({ unit }, state.drifted ? 1 : 0);
      suspended.set({ unit }, state.suspended ? 1 : 0);
    },
    /** The unit is gone, and with it its series. */
    unitForgotten(unit: string): void {
      for (const gauge of [ready, drifted, suspended, lastSuccess]) gauge.remove({ unit });
    },
    swarmObserved(at: number): void {
      observed.set(at / 1000);
    },
    eventStreamRestarted(): void {
      restarts.inc();
    },
    tokenRotated(role: TokenRole, result: 'done' | 'failed', at: number): void {
      rotations.inc({ role, result });
      if (result === 'done') lastRotation.set({ role }, at / 1000);
    },
    pruneRefused(): void {
      pruneRefused.inc();
    },
    queueChanged(depth: number, oldestMs: number): void {
      queued.set(depth);
      oldest.set(oldestMs / 1000);
    },
    runRequeued(): void {
      retries.inc();
    },
    notified(sink: string, result: 'done' | 'failed'): void {
      notifications.inc({ sink, result });
    },
  };
}

const runBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800];
const callBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

function makers(registry: Registry) {
  const common = (name: string, help: string) => ({
    name: `skep_${name}`,
    help,
    registers: [registry],
  });
  return {
    counter: <T extends string>(name: string, help: string, labelNames: T[]) =>
      new Counter<T>({ ...common(name, help), labelNames }),
    gauge: <T extends string>(name: string, help: string, labelNames: T[]) =>
      new Gauge<T>({ ...common(name, help), labelNames }),
    histogram: <T extends string>(name: string, help: string, labelNames: T[], buckets: number[]) =>
      new Histogram<T>({ ...common(name, help), labelNames, buckets }),
  };
}
