import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Condition } from '../../src/reconcile/operator.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 1 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

const generation = (number: number) => `cluster: { ca_rotation: ${number} }\n`;

async function certificate(): Promise<{ root: string; rotations: number; told: string }> {
  const { TLSInfo, Spec } = await ground.swarm();
  return {
    root: TLSInfo?.TrustRoot ?? '',
    rotations: Spec.CAConfig?.ForceRotate ?? 0,
    told: Spec.Labels?.['skep.ca-generation'] ?? '',
  };
}

async function condition(type: string): Promise<Condition> {
  return await eventually(
    () => skep.unit('cluster')?.conditions.find((condition) => condition.type === type),
    { what: type, within: 40_000 },
  );
}

test('the first generation that a Swarm is told is noted, and renews nothing', async () => {
  const before = await certificate();
  skep = await RunningSkep.start(
    proxy.host,
    { 'cluster.yaml': generation(7) },
    { resyncMs: 1_000 },
  );
  await skep.ready(['cluster']);
  expect(await certificate()).toEqual({ ...before, told: '7' });
});

test('a higher one renews the root certificate once, though the answer is lost and the memory too', async () => {
  const before = await ground.swarm();
  const { root } = await certificate();
  // The Swarm does not notice within the time a renewal takes, but has no new certificate from it.
  await swarm.node('w1').pause();
  proxy.fault({ method: 'POST', path: /^\/swarm\/update/, kind: 'cut', times: 1 });
  await skep.write('cluster.yaml', generation(9));
  const { message, name } = await condition('RootRotation');
  expect(name).toBe('ca_rotation');
  expect(message).toMatch(/w1/);
  expect(skep.unit('cluster')?.outcome).toMatchObject({ result: 'wait', reason: 'RootRotation' });
  expect(await certificate()).toEqual({ root, rotations: 1, told: '9' });

  await using forgetful = await RunningSkep.start(swarm.node('m1').host, {
    'cluster.yaml': generation(9),
  });
  await eventually(() => forgetful.unit('cluster')?.outcome?.result === 'wait', {
    what: 'the other one waiting',
    within: 15_000,
  });
  await swarm.node('w1').unpause();
  await skep.ready(['cluster']);
  await forgetful.ready(['cluster']);
  const after = await certificate();
  expect(after).toMatchObject({ rotations: 1, told: '9' });
  expect(after.root).not.toBe(root);
  const { JoinTokens } = await ground.swarm();
  expect(JoinTokens.Worker).not.toBe(before.JoinTokens.Worker);
  expect(JoinTokens.Manager).not.toBe(before.JoinTokens.Manager);
  expect(skep.unit('cluster')?.conditions).toEqual([]);
});

test('a lower one is refused, and what to write is said', async () => {
  const before = await certificate();
  await skep.write('cluster.yaml', generation(8));
  const { message } = await condition('CaGenerationTooLow');
  expect(message).toContain('write 9, or 10');
  expect(skep.unit('cluster')?.outcome?.result).toBe('stalled');
  expect(await certificate()).toEqual(before);
});

test('nothing is begun while a node is down, and it is when the node has gone', async () => {
  await swarm.node('w1').kill();
  await eventually(async () => (await ground.nodes('w1'))[0]?.Status.State === 'down', {
    what: 'the node down',
    within: 40_000,
  });
  const before = await certificate();
  await skep.write(
    'cluster.yaml',
    'cluster: { ca_rotation: 10, task_history_limit: 2 }\nnetworks: { new: {} }\n',
  );
  const { message } = await condition('RootRotationBlocked');
  expect(message).toContain('w1 (down)');
  expect(message).toContain('docker node rm');
  expect(await ground.networks()).toEqual(['new']);
  expect((await ground.swarm()).Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(2);
  expect(await certificate()).toEqual(before);
  const writes = proxy.writes().length;
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(proxy.writes()).toHaveLength(writes);

  await swarm.docker(['node', 'rm', '--force', 'w1']);
  await skep.ready(['cluster']);
  const after = await certificate();
  expect(after).toMatchObject({ rotations: before.rotations + 1, told: '10' });
  expect(after.root).not.toBe(before.root);
});

test('an external CA that the Engine refuses is told of and not tried again until the file changes', async () => {
  const { root } = await ownRoot();
  const file = (port: number) =>
    `cluster:\n  external_cas: [ { url: "https://localhost:${port}/sign", ca_cert_file: ./root.pem } ]\n`;
  await skep.write('root.pem', root);
  await skep.write('cluster.yaml', file(8443));
  await skep.ready(['cluster']);
  proxy.requests.length = 0;
  await skep.write('cluster.yaml', file(8444));
  // What follows is the next look's: the refusal itself is a write that failed.
  const { message } = await condition('Rejected');
  expect(message).toContain('reachable external CA');
  expect(skep.unit('cluster')?.outcome).toMatchObject({ result: 'stalled', reason: 'Rejected' });
  expect(proxy.writes()).toHaveLength(1);
  await skep.write('cluster.yaml', file(8443));
  await skep.ready(['cluster']);
});

/**
 * Gives the Swarm a root certificate whose key it does not have: only then an Engine connects to an external CA before it
 * takes it. One that answers on port 8443 runs on the manager; it need not sign anything for that.
 * https://github.com/moby/swarmkit/blob/master/manager/controlapi/ca_rotation.go
 */
async function ownRoot(): Promise<{ root: string }> {
  const make = `
    cd /tmp && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
      -keyout root.key -out root.pem -subj /CN=own -days 3650 &&
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.csr -subj /CN=localhost &&
    echo subjectAltName=DNS:localhost > ca.ext &&
    openssl x509 -req -in ca.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3650 -extfile ca.ext -out ca.pem`;
  await run(['sh', '-c', `( ${make} ) 2>/dev/null`]);
  const serve = ['openssl', 's_server', '-accept', '8443', '-www', '-cert', '/tmp/ca.pem'];
  const server = await swarm.node('m1').container.exec({ Cmd: [...serve, '-key', '/tmp/ca.key'] });
  await server.start({ Detach: true });
  const root = await run(['cat', '/tmp/root.pem']);
  const SigningCAKey = await run(['cat', '/tmp/root.key']);
  const ours = { SigningCACert: root, ForceRotate: 100 };
  await ground.updateSwarm((spec) => ({
    ...spec,
    CAConfig: { ...spec.CAConfig, ...ours, SigningCAKey },
  }));
  await eventually(async () => (await ground.swarm()).RootRotationInProgress === false, {
    what: 'the own root',
    within: 30_000,
  });
  const ExternalCAs = [{ Protocol: 'cfssl', URL: 'https://localhost:8443/sign', CACert: root }];
  await eventually(
    async () => {
      await ground.updateSwarm((spec) => ({
        ...spec,
        CAConfig: { ...spec.CAConfig, ...ours, ExternalCAs },
      }));
      return true;
    },
    { what: 'the key forgotten', within: 15_000, every: 500 },
  );
  return { root };
}

async function run(command: string[]): Promise<string> {
  const exec = await swarm
    .node('m1')
    .container.exec({ Cmd: command, AttachStdout: true, AttachStderr: false, Tty: true });
  const stream = await exec.start({ Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n');
}
