import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Status } from '../../src/reconcile/operator.ts';
import { eventually } from '../harness/await.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

const day = 86_400_000;
const lab = inject('lab');
const clock = new MovedClock();
const start = Date.now();
let swarm: TestSwarm;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 1 });
  const files = { 'cluster.yaml': 'cluster: { node_cert_expiry: 2160h, ca_rotation: 1 }\n' };
  skep = await RunningSkep.start(swarm.node('m1').host, files, {}, { clock });
  await skep.ready(['cluster']);
});

afterAll(async () => {
  await skep?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

type Certificate = Status['certificates'][number];

async function certificate(name: string, is: (one: Certificate) => boolean): Promise<Certificate> {
  return await eventually(
    () => skep.operator.status().certificates.find((one) => one.name === name && is(one)),
    { what: `the certificate of ${name}`, within: 20_000 },
  );
}

async function conditions(count: number): Promise<string[]> {
  await eventually(
    () => expiring().length === count && skep.unit('cluster')?.outcome?.result === 'ready',
    { what: `${count} warnings`, within: 20_000 },
  );
  return expiring();
}

function expiring(): string[] {
  const { conditions = [] } = skep.unit('cluster') ?? {};
  return conditions.flatMap(({ type, name, message }) =>
    type === 'CertificateExpiring' ? [`${name}: ${message}`] : [],
  );
}

/** Where containers have no address of their own from here, no manager can be asked. */
const canAsk = () => !swarm.node('m1').host.includes('127.0.0.1');

test("the root's and a manager's are known, a worker's is said not to be", async () => {
  const root = await certificate('root', () => true);
  expect(root).toMatchObject({ kind: 'root', expiring: false, message: '' });
  const years = (root.expiresAt! - start) / (365 * day);
  expect(years).toBeCloseTo(20, 1);
  expect(await certificate('w1', () => true)).toMatchObject({ expiresAt: null, expiring: false });
  if (!canAsk()) return;
  const m1 = await certificate('m1', ({ expiresAt }) => expiresAt !== null);
  expect((m1.expiresAt! - start) / day).toBeCloseTo(90, 1);
  expect(await conditions(0)).toEqual([]);
  const metrics = await (await fetch(`${skep.url}/metrics`)).text();
  const series = 'skep_certificate_expiry_timestamp_seconds';
  expect(metrics).toContain(`${series}{kind="root",node=""} ${root.expiresAt! / 1000}`);
  expect(metrics).toContain(`${series}{kind="node",node="m1"} ${m1.expiresAt! / 1000}`);
  const page = await (await fetch(skep.url)).text();
  expect(page).toContain('Certificates');
});

test('one with a fifth left is warned of, until there is a new one', async (context) => {
  context.skip(!canAsk(), 'no manager can be asked from here');
  clock.moveTo(start + 71 * day);
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(await conditions(0)).toEqual([]);
  clock.moveTo(start + 73 * day);
  await skep.operator.reconcile({ by: 'test', wait: true });
  const [warning] = await conditions(1);
  expect(warning).toMatch(/^m1: The certificate of m1 ends on .*, in 1[67] days\./);
  expect(skep.unit('cluster')).toMatchObject({ sync: 'synced' });
  expect(
    (await (await fetch(skep.url)).text()).match(/The certificate of m1 ends/g),
  ).not.toBeNull();

  await skep.write('cluster.yaml', 'cluster: { node_cert_expiry: 4800h, ca_rotation: 2 }\n');
  await certificate('m1', (one) => one.expiresAt !== null && one.expiresAt > start + 190 * day);
  expect(await conditions(0)).toEqual([]);
});

test('the root itself is warned of, with what to do', async () => {
  await skep.ready(['cluster']);
  clock.moveTo(start + 17 * 365 * day);
  await skep.operator.reconcile({ by: 'test', wait: true });
  const found = await conditions(canAsk() ? 2 : 1);
  expect(found[0]).toMatch(/^root: The root certificate ends on 2046-.*Raise "ca_rotation"/);
  if (canAsk()) expect(found[1]).toMatch(/^m1: The certificate of m1 ended on/);
});
