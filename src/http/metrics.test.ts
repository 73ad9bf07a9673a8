import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

async function seriesOf(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  const { body } = await metrics.read();
  return body.split('\n').filter((line) => line.startsWith('skep_'));
}

test('counters are there from the start, so that the first failure shows', async () => {
  const series = await seriesOf(createMetrics('1.2.3'));
  expect(series).toEqual(
    expect.arrayContaining([
      'skep_build_info{version="1.2.3"} 1',
      'skep_reconcile_total{result="stalled"} 0',
      'skep_token_rotations_total{role="manager",result="failed"} 0',
      'skep_token_rotations_total{role="unlock-key",result="done"} 0',
      'skep_prune_refused_total 0',
      'skep_event_stream_restarts_total 0',
      'skep_queue_depth 0',
    ]),
  );
});

test('everything is recorded under its name, in base units', async () => {
  const metrics = createMetrics('1');
  metrics.runFinished('shop', 'ready', 250, 1_700_000_000_000);
  metrics.runFinished('shop', 'retry', 250, 1_800_000_000_000);
  metrics.engineCall({ method: 'GET', route: '/services', status: 200, ms: 20 });
  metrics.unitLooked('shop', { drifted: true, suspended: false });
  metrics.swarmObserved(1_700_000_001_000);
  metrics.eventStreamRestarted();
  metrics.tokenRotated('worker', 'done', 1_700_000_002_000);
  metrics.tokenRotated('manager', 'failed', 1_700_000_003_000);
  metrics.tokensLooked([
    { role: 'manager', lastRotationAt: 1_700_000_004_000, nextRotationAt: 1_700_000_005_000 },
  ]);
  metrics.pruneRefused();
  metrics.queueChanged(3, 1500);
  metrics.runRequeued();
  metrics.notified('slack', 'failed');
  expect(await seriesOf(metrics)).toEqual(
    expect.arrayContaining([
      'skep_reconcile_total{result="ready"} 1',
      'skep_reconcile_duration_seconds_sum 0.5',
      'skep_reconcile_duration_seconds_bucket{le="0.5"} 2',
      'skep_last_success_timestamp_seconds{unit="shop"} 1700000000',
      'skep_unit_ready{unit="shop"} 0',
      'skep_unit_drifted{unit="shop"} 1',
      'skep_unit_suspended{unit="shop"} 0',
      'skep_engine_requests_total{method="GET",route="/services",code="200"} 1',
      'skep_engine_request_duration_seconds_sum{method="GET"} 0.02',
      'skep_last_observation_timestamp_seconds 1700000001',
      'skep_event_stream_restarts_total 1',
      'skep_token_rotations_total{role="worker",result="done"} 1',
      'skep_token_rotations_total{role="manager",result="failed"} 1',
      'skep_token_last_rotation_timestamp_seconds{role="worker"} 1700000002',
      'skep_token_last_rotation_timestamp_seconds{role="manager"} 1700000004',
      'skep_token_next_rotation_timestamp_seconds{role="manager"} 1700000005',
      'skep_prune_refused_total 1',
      'skep_queue_depth 3',
      'skep_queue_oldest_seconds 1.5',
      'skep_queue_retries_total 1',
      'skep_notifications_total{sink="slack",result="failed"} 1',
    ]),
  );
});

test('a unit that is gone takes its series along, and only its own', async () => {
  const metrics = createMetrics('1');
  for (const unit of ['shop', 'wiki']) {
    metrics.runFinished(unit, 'ready', 1, 1);
    metrics.unitLooked(unit, { drifted: false, suspended: false });
  }
  metrics.unitForgotten('shop');
  const series = await seriesOf(metrics);
  expect(series.filter((line) => line.includes('"shop"'))).toEqual([]);
  expect(series.filter((line) => line.includes('"wiki"'))).toHaveLength(4);
});

test('certificates are those that there are', async () => {
  const metrics = createMetrics('1');
  const root = { kind: 'root', name: 'root', nodeId: null } as const;
  const node = { kind: 'node', nodeId: 'x' } as const;
  const well = { expiring: false, message: '' };
  const series = async () =>
    (await seriesOf(metrics)).filter((line) => line.startsWith('skep_certificate'));
  metrics.certificatesSeen([
    { ...root, ...well, expiresAt: 2_000_000 },
    { ...node, ...well, name: 'm1', expiresAt: 1_000_000 },
    { ...node, ...well, name: 'w1', expiresAt: null },
  ]);
  expect(await series()).toEqual([
    'skep_certificate_expiry_timestamp_seconds{kind="root",node=""} 2000',
    'skep_certificate_expiry_timestamp_seconds{kind="node",node="m1"} 1000',
  ]);
  metrics.certificatesSeen([{ ...root, ...well, expiresAt: 2_000_000 }]);
  expect(await series()).toHaveLength(1);
});

test('two daemons in one process do not share series', async () => {
  const [first, second] = [createMetrics('1'), createMetrics('2')];
  first.pruneRefused();
  expect(await seriesOf(second)).toContain('skep_prune_refused_total 0');
});

test('a token that is not rotated any more by itself has no next time', async () => {
  const metrics = createMetrics('1');
  const looked = (nextRotationAt: number | null) =>
    metrics.tokensLooked([{ role: 'worker', lastRotationAt: 1_000, nextRotationAt }]);
  looked(2_000);
  looked(null);
  const tokens = (await seriesOf(metrics)).filter((line) => line.includes('timestamp'));
  expect(tokens).toContain('skep_token_last_rotation_timestamp_seconds{role="worker"} 1');
  expect(tokens.join()).not.toContain('skep_token_next_rotation');
});
