import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const second = 1_000_000_000;
const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
  await swarm.docker(['swarm', 'update', '--snapshot-interval', '9000', '--max-snapshots', '2']);
  skep = await RunningSkep.start(proxy.host, { 'cluster.yaml': declared }, { resyncMs: 1_000 });
  await skep.ready(['cluster']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

beforeEach(() => {
  skep.news.length = 0;
});

const declared = `
cluster:
  task_history_limit: 3
  dispatcher_heartbeat: 7s
  node_cert_expiry: 2160h
  labels: { region: eu }
`;

test('what is declared is written, and what is not stays', async () => {
  const { Spec } = await ground.swarm();
  expect(Spec).toMatchObject({
    Labels: { region: 'eu' },
    Orchestration: { TaskHistoryRetentionLimit: 3 },
    Dispatcher: { HeartbeatPeriod: 7 * second },
    CAConfig: { NodeCertExpiry: 2160 * 3600 * second },
    Raft: { SnapshotInterval: 9000, KeepOldSnapshots: 2 },
    EncryptionConfig: { AutoLockManagers: false },
  });
});

test('a setting changed by hand is put right and recorded; one that no file names is left', async () => {
  const update = ['--task-history-limit', '11', '--dispatcher-heartbeat', '9s'];
  await swarm.docker(['swarm', 'update', ...update, '--snapshot-interval', '8000']);
  await eventually(() => skep.news.some(({ type }) => type === 'drift.settled'), {
    what: 'the drift put right',
    within: 10_000,
  });
  const { Spec } = await ground.swarm();
  expect(Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(3);
  expect(Spec.Dispatcher?.HeartbeatPeriod).toBe(7 * second);
  expect(Spec.Raft?.SnapshotInterval).toBe(8000);
  const [drift] = skep.operator.history.drift({ unit: 'cluster' }).items;
  expect(drift?.changes).toEqual([
    { path: 'task_history_limit', from: 11, to: 3 },
    { path: 'dispatcher_heartbeat', from: '9s', to: '7s' },
  ]);
});

test('a changed file changes that one setting, and a removed one leaves it', async () => {
  const before = (await ground.swarm()).Spec;
  await skep.write(
    'cluster.yaml',
    declared.replace('limit: 3', 'limit: 6').replace(/  disp.*\n/, ''),
  );
  await eventually(
    async () => (await ground.swarm()).Spec.Orchestration?.TaskHistoryRetentionLimit === 6,
    { what: 'the new limit', within: 10_000 },
  );
  await skep.ready(['cluster']);
  expect((await ground.swarm()).Spec).toEqual({
    ...before,
    Orchestration: { TaskHistoryRetentionLimit: 6 },
  });
  proxy.requests.length = 0;
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(proxy.writes()).toEqual([]);
});

test('settings that move to another file change nothing', async () => {
  await skep.write('cluster.yaml', declared);
  await eventually(
    async () => (await ground.swarm()).Spec.Orchestration?.TaskHistoryRetentionLimit === 3,
    { what: 'the limit as it was', within: 10_000 },
  );
  await skep.ready(['cluster']);
  const before = await ground.swarm();
  proxy.requests.length = 0;
  await skep.write('swarm/settings.yaml', declared);
  await skep.remove('cluster.yaml');
  await eventually(() => skep.unit('cluster')?.files[0] === 'swarm/settings.yaml', {
    what: 'the move noticed',
    within: 10_000,
  });
  await skep.ready(['cluster']);
  expect(proxy.writes()).toEqual([]);
  expect((await ground.swarm()).Version).toEqual(before.Version);
  await skep.remove('swarm');
});

test('autolock is not turned on behind the back of whoever would need its key', async () => {
  await skep.write('cluster.yaml', 'cluster: { autolock: true }');
  const held = await eventually(
    () => skep.unit('cluster')?.conditions.find(({ type }) => type === 'AutolockByHand'),
    { what: 'the refusal', within: 10_000 },
  );
  expect(held.message).toContain('docker swarm update --autolock=true');
  expect((await ground.swarm()).Spec.EncryptionConfig?.AutoLockManagers).toBe(false);
  await swarm.docker(['swarm', 'update', '--autolock=true']);
  await skep.ready(['cluster']);
  await skep.write('cluster.yaml', 'cluster: { autolock: false }');
  await eventually(
    async () => (await ground.swarm()).Spec.EncryptionConfig?.AutoLockManagers === false,
    { what: 'autolock off', within: 10_000 },
  );
});
