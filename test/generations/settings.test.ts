import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { rootOne } from '../data/certificates.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

const second = 1_000_000_000;
const lab = inject('lab');

const declared = `
cluster:
  task_history_limit: 3
  snapshot_interval: 9000
  keep_old_snapshots: 2
  log_entries_for_slow_followers: 400
  dispatcher_heartbeat: 7s
  node_cert_expiry: 1440h
  external_cas:
    - { url: "https://10.255.0.1:8888/sign", ca_cert_file: ./other-root.pem, options: { key: hush } }
  ca_rotation: 4
  default_addr_pool: [10.0.0.0/8]
  subnet_size: 24
  data_path_port: 4789
  labels: { region: eu }
`;

describe.each(['28', '20.10'] as const)('the settings of an Engine %s', (engine) => {
  let swarm: TestSwarm;
  let ground: Ground;
  let proxy: RecordingProxy;
  let skep: RunningSkep;

  beforeAll(async () => {
    swarm = await bootSwarm(lab, { engine, managers: 1, workers: 0 });
    ground = new Ground(swarm);
    proxy = await RecordingProxy.start(swarm.node('m1').host);
  });

  afterAll(async () => {
    await skep?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await swarm?.dispose();
  });

  test('are all written in one call, with nothing else of the Swarm, and left alone from then on', async () => {
    await swarm.docker(['swarm', 'update', '--snapshot-interval', '8000']);
    const before = await ground.swarm();
    skep = await RunningSkep.start(proxy.host, {
      'swarm/cluster.yaml': declared,
      'swarm/other-root.pem': rootOne,
    });
    await skep.ready(['cluster']);
    const after = await ground.swarm();
    expect(after.Spec).toEqual({
      ...before.Spec,
      Labels: { region: 'eu', 'skep.ca-generation': '4' },
      Orchestration: { TaskHistoryRetentionLimit: 3 },
      Dispatcher: { HeartbeatPeriod: 7 * second },
      Raft: {
        ...before.Spec.Raft,
        SnapshotInterval: 9000,
        KeepOldSnapshots: 2,
        LogEntriesForSlowFollowers: 400,
      },
      CAConfig: {
        ...before.Spec.CAConfig,
        NodeCertExpiry: 1440 * 3600 * second,
        ExternalCAs: [
          {
            Protocol: 'cfssl',
            URL: 'https://10.255.0.1:8888/sign',
            CACert: rootOne,
            Options: { key: 'hush' },
          },
        ],
      },
    });
    expect(after.JoinTokens).toEqual(before.JoinTokens);
    expect(after.TLSInfo).toEqual(before.TLSInfo);
    expect(proxy.writes()).toHaveLength(1);
    await skep.operator.reconcile({ by: 'test', wait: true });
    expect(proxy.writes()).toHaveLength(1);
    const run = skep.operator.history.runs({ unit: 'cluster' }).items[0]!;
    expect(JSON.stringify(skep.operator.history.run(run.id))).not.toContain('hush');
  });

  test('survive that somebody else writes at the same moment', async () => {
    proxy.requests.length = 0;
    const lift = proxy.fault({ method: 'POST', path: /^\/swarm\/update/, kind: 'hold', times: 1 });
    await skep.write('swarm/cluster.yaml', declared.replace('limit: 3', 'limit: 6'));
    await eventually(() => proxy.writes().length === 1, { what: 'the write', within: 15_000 });
    const theirs = { region: 'eu', 'skep.ca-generation': '4', theirs: '1' };
    await ground.updateSwarm((spec) => ({ ...spec, Labels: theirs }));
    lift();
    await eventually(() => proxy.writes().length === 2, { what: 'another', within: 15_000 });
    await skep.ready(['cluster']);
    const { Spec } = await ground.swarm();
    expect(Spec.Labels).toEqual(theirs);
    expect(Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(6);
    const run = skep.operator.history.runs({ unit: 'cluster' }).items[0]!;
    const { changes } = skep.operator.history.run(run.id)!;
    expect(changes.map(({ result }) => result)).toEqual(['failed', 'done']);
  });

  test('that are fixed are compared and told of, and hold nothing else up', async () => {
    await skep.write('nets.yaml', 'networks: { old: {}, kept: {} }\n');
    await eventually(async () => (await ground.networks()).length === 2, {
      what: 'the networks',
      within: 15_000,
    });
    await skep.ready(['cluster']);
    const other = declared
      .replace('[10.0.0.0/8]', '[10.20.0.0/16]')
      .replace('port: 4789', 'port: 7789');
    await skep.write('nets.yaml', 'networks: { kept: {} }\n');
    await skep.write('swarm/cluster.yaml', other);
    await eventually(async () => (await ground.networks()).join() === 'kept', {
      what: 'the network gone',
      within: 15_000,
    });
    await eventually(() => skep.unit('cluster')?.outcome?.result === 'stalled', {
      what: 'the report',
      within: 15_000,
    });
    const unit = skep.unit('cluster')!;
    expect(unit.outcome).toMatchObject({ result: 'stalled', reason: 'FixedSetting' });
    expect(unit.conditions.map(({ type, name }) => [type, name])).toEqual([
      ['FixedSetting', 'default_addr_pool'],
      ['FixedSetting', 'data_path_port'],
    ]);
    expect(unit.conditions[0]?.message).toContain('--default-addr-pool 10.20.0.0/16');
    skep.news.length = 0;
    await swarm.docker(['swarm', 'update', '--task-history-limit', '11']);
    await skep.operator.reconcile({ by: 'test', wait: true });
    await skep.told('drift.settled', 'cluster');
    expect((await ground.swarm()).Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(3);
    await skep.write('swarm/cluster.yaml', declared);
    await skep.ready(['cluster']);
  });
});
