import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const runSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800];
const callSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

/** Every series that Skep has, by the names that dashboards and alerts rely on; `skep_` comes before them. */
export function defineSeries(registry: Registry) {
  const common = (name: string, help: string) => ({
    name: `skep_${name}`,
    help,
    registers: [registry],
  });
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter<T>({ ...common(name, help), labelNames });
  const gauge = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Gauge<T>({ ...common(name, help), labelNames });
  const histogram = <T extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: T[]
  ) => new Histogram<T>({ ...common(name, help), buckets, labelNames });

  return {
    build: gauge('build_info', 'Always 1; the version is in the label.', 'version'),
    leader: gauge('leader', '1 while this Skep may write, 0 while it stands by or only observes.'),
    runs: counter('reconcile_total', 'Runs of units by what they came to.', 'result'),
    runSeconds: histogram('reconcile_duration_seconds', 'How long runs took.', runSeconds),
    calls: counter('engine_requests_total', 'Engine calls.', 'method', 'route', 'code'),
    callSeconds: histogram(
      'engine_request_duration_seconds',
      'Engine calls.',
      callSeconds,
      'method',
    ),
    ready: gauge('unit_ready', '1 when the last run came to ready.', 'unit'),
    drifted: gauge('unit_drifted', '1 when live differs from desired.', 'unit'),
    suspended: gauge('unit_suspended', '1 when the unit is suspended.', 'unit'),
    lastSuccess: gauge('last_success_timestamp_seconds', 'When it was last ready.', 'unit'),
    observed: gauge('last_observation_timestamp_seconds', 'When the Swarm was last seen whole.'),
    restarts: counter('event_stream_restarts_total', 'How often Engine events were lost.'),
    rotations: counter(
      'token_rotations_total',
      'Rotations of join tokens and the unlock key.',
      'role',
      'result',
    ),
    lastRotation: gauge('token_last_rotation_timestamp_seconds', 'The last rotation.', 'role'),
    nextRotation: gauge(
      'token_next_rotation_timestamp_seconds',
      'When the schedule rotates it next, jitter included.',
      'role',
    ),
    deliveries: counter(
      'token_deliveries_total',
      'Tries to deliver join tokens and unlock keys.',
      'subject',
      'way',
      'result',
    ),
    openDeliveries: gauge(
      'token_deliveries_open',
      'Deliveries that are not done: pending, or dead, which nobody tries any more.',
      'subject',
      'state',
    ),
    certificates: gauge(
      'certificate_expiry_timestamp_seconds',
      'When the certificate ends: of the Swarm’s root, and of each manager.',
      'kind',
      'node',
    ),
    pruneRefused: counter('prune_refused_total', 'Prunes that the guard held back.'),
    queued: gauge('queue_depth', 'Units that wait for their run.'),
    oldest: gauge('queue_oldest_seconds', 'How long the first of them has waited.'),
    retries: counter('queue_retries_total', 'Runs put back to be tried again.'),
    notifications: counter('notifications_total', 'News sent out.', 'sink', 'result'),
  };
}
