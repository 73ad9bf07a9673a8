import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { Service } from '../../src/swarm/types.ts';
import { Ground } from '../behaviours/ground.ts';
import { RunningSkep } from '../behaviours/running-skep.ts';
import { eventually } from '../harness/await.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

afterEach(async () => {
  await ground.clear();
});

afterAll(async () => {
  await swarm?.dispose();
});

const shop = (colour: string, more = '') => `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    environment: { COLOUR: ${colour} }
    stop_grace_period: 0s
    deploy: { replicas: 0, endpoint_mode: dnsrr }
${more}`;

async function web(): Promise<Service> {
  const found = await ground.service('shop_web');
  if (found === undefined) throw new Error('there is no shop_web');
  return found;
}

const colour = async () => (await web()).Spec.TaskTemplate.ContainerSpec?.Env?.[0];

/** Sends the service back as it is, which moves its version, again and again until told to end. Returns how often. */
async function writeInALoop(signal: AbortSignal): Promise<number> {
  let written = 0;
  while (!signal.aborted) {
    const { ID, Version, Spec } = await web();
    const url = `${swarm.node('m1').host.replace('tcp:', 'http:')}/services/${ID}/update`;
    const body = JSON.stringify(Spec);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}?version=${Version.Index}`, {
      method: 'POST',
      headers,
      body,
    });
    await answer.arrayBuffer();
    if (answer.ok) written += 1;
  }
  return written;
}

test('a writer that never rests is met with few tries, and the end is what the file says', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': shop('c0') });
  await skep.ready(['shop']);
  proxy.requests.length = 0;
  const end = new AbortController();
  const other = writeInALoop(end.signal);
  const started = performance.now();
  for (let at = 1; at <= 4; at += 1) {
    await skep.write('stacks/shop.yaml', shop(`c${at}`));
    const due = started + at * 1_500;
    await eventually(() => performance.now() > due, { what: 'time for tries', within: 5_000 });
  }
  const seconds = (performance.now() - started) / 1_000;
  end.abort();
  expect(await other).toBeGreaterThan(50);
  const tries = proxy.writes().length;
  expect(tries / seconds, `${tries} tries in ${seconds} s`).toBeLessThan(6);

  await eventually(async () => (await colour()) === 'COLOUR=c4', {
    what: 'the file carried out',
    within: 15_000,
  });
  await skep.ready(['shop'], 15_000);
  expect(await colour()).toBe('COLOUR=c4');
});

test('a field that is ignored keeps its live value, also when it moves while another is written', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  const file = (of: string) => shop(of, '    x-skep: { ignore: [replicas] }');
  await using skep = await RunningSkep.start(proxy.host, { 'stacks/shop.yaml': file('green') });
  await skep.ready(['shop']);
  const replicas = async () => (await web()).Spec.Mode?.Replicated?.Replicas;

  await swarm.docker(['service', 'scale', '-d', 'shop_web=2']);
  await skep.write('stacks/shop.yaml', file('blue'));
  await eventually(async () => (await colour()) === 'COLOUR=blue', {
    what: 'blue',
    within: 15_000,
  });
  expect(await replicas()).toBe(2);

  const lift = proxy.fault({ method: 'POST', path: /\/update/, kind: 'hold', times: 1 });
  await skep.write('stacks/shop.yaml', file('red'));
  await eventually(() => proxy.requests.some(({ fault }) => fault === 'hold'), {
    what: 'the update under way',
    within: 10_000,
  });
  await swarm.docker(['service', 'scale', '-d', 'shop_web=1']);
  lift();
  await eventually(async () => (await colour()) === 'COLOUR=red', { what: 'red', within: 15_000 });
  expect(await replicas()).toBe(1);
});
