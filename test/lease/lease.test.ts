import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Service, Swarm, SwarmNode } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import type { TestNode } from '../harness/node.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { type Member, statusOf, ThreeSkeps, writesOf } from './three-skeps.ts';

const lab = inject('lab');
const shop = `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
`;
const cluster = (tokens: string) => `
cluster: { task_history_limit: 4 }
tokens: ${tokens}
`;

let swarm: TestSwarm;
let skeps: ThreeSkeps;
let leader: Member;
let others: Member[];

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 3, workers: 0 });
  const files = { 'stacks/shop.yaml': shop, 'cluster.yaml': cluster('{}') };
  skeps = await ThreeSkeps.start(swarm, files);
});

afterAll(async () => {
  await skeps?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

beforeEach(async () => {
  leader = await skeps.leader();
  others = skeps.members.filter((member) => member !== leader);
  for (const member of skeps.members) await ready(member);
  skeps.forget();
});

/** Whoever was killed or silenced by a test is there again for the next. */
afterEach(async () => {
  for (const member of skeps.members) {
    member.skep.signal('SIGCONT');
    if ((await statusOf(member)) === undefined) await skeps.restart(member);
  }
});

/** A manager that comes back is refused by the others for up to half a minute, and what failed then is tried again later. */
async function ready(member: Member): Promise<void> {
  await eventually(
    async () => {
      const status = await statusOf(member);
      const bad = status?.units.find(({ outcome }) => outcome?.result !== 'ready');
      if (bad !== undefined) throw new Error(`${member.node.name}: ${JSON.stringify(bad)}`);
      return status?.ready === true && status.units.length === 2;
    },
    { what: `${member.node.name} ready`, within: 90_000 },
  );
}

async function replicas(at: Member): Promise<number | undefined> {
  const services = await at.node.docker<Service[]>('/services');
  return services[0]?.Spec.Mode?.Replicated?.Replicas;
}

/** Scales the service by hand. */
async function edit(at: Member): Promise<void> {
  await swarm.docker(['service', 'scale', '-d', 'shop_web=2'], { node: at.node.name });
}

async function putRight(at: Member, within = 20_000): Promise<void> {
  await eventually(async () => (await replicas(at)) === 1, { what: 'one replica again', within });
}

/**
 * Edits the service by hand while nobody leads, and waits until another one has put it right, once. Tells how long that
 * took, and the Swarm alone to take the edit.
 */
async function takesOver(former: Member, what: string, within: number): Promise<Member> {
  const since = performance.now();
  const passed = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  const [witness] = skeps.members.filter((member) => member !== former);
  // A Swarm that has lost its leader takes nothing for a while.
  await eventually(() => edit(witness!).then(() => true), { what: 'an edit by hand', within });
  const edited = passed();
  const next = await skeps.leader({ not: former, within });
  const led = passed();
  await putRight(next, within);
  console.log(
    `${what}: edited after ${edited}, another one leads after ${led}, put right after ${passed()}`,
  );
  expect(performance.now() - since).toBeLessThan(within);
  expect(skeps.writes()).toHaveLength(1);
  expect(writesOf(next.proxy)).toHaveLength(1);
  return next;
}

test('one acts; the others answer what they see, say who leads and refuse to act', async () => {
  await edit(leader);
  await putRight(leader);
  await pause(3_000);
  expect(skeps.writes().map(({ method }) => method)).toEqual(['POST']);
  expect(writesOf(leader.proxy)).toHaveLength(1);
  const { holder } = (await statusOf(leader))?.leader ?? {};
  for (const { skep } of others) {
    expect(await skep.get('/api/v1/status')).toMatchObject({ leader: { holder, self: false } });
    expect(await skep.get('/api/v1/plan')).toMatchObject({ actions: [], errors: [] });
    expect((await fetch(`${skep.url}/readyz`)).status).toBe(200);
    for (const path of ['reconcile', 'tokens/worker/rotate', 'units/shop/suspend']) {
      const { status, body } = await skep.post(`/api/v1/${path}`);
      expect(body).toMatchObject({ code: 'not-leading', leader: holder });
      expect(status).toBe(503);
    }
  }
});

test('killed: another one acts within 20 s, and the killed one comes back to stand by', async () => {
  leader.skep.signal('SIGKILL');
  await takesOver(leader, 'kill -9', 20_000);
  await skeps.restart(leader);
  await ready(leader);
  expect((await statusOf(leader))?.leader?.self).toBe(false);
  expect(skeps.writes()).toHaveLength(1);
});

test('stopped in order: another one acts at once, and what was suspended stays so', async () => {
  expect((await leader.skep.post('/api/v1/units/shop/suspend')).status).toBe(200);
  await leader.skep.stop();
  const since = performance.now();
  const next = await skeps.leader({ not: leader, within: 5_000 });
  console.log(`stopped: another one leads after ${Math.round(performance.now() - since)} ms`);
  await edit(next);
  await pause(3_000);
  expect(skeps.writes()).toEqual([]);
  expect((await next.skep.post('/api/v1/units/shop/resume')).status).toBe(200);
  await putRight(next);
  expect(skeps.writes()).toHaveLength(1);
});

test('frozen for longer than the lease: it writes nothing when it wakes up', async () => {
  leader.skep.signal('SIGSTOP');
  const next = await takesOver(leader, 'SIGSTOP', 20_000);
  // The next one is kept from putting it right, so that there is something to do for the one that wakes up.
  const lift = next.proxy.fault({ method: 'POST', path: /^\/services/, kind: 'hold' });
  await edit(next);
  leader.skep.signal('SIGCONT');
  await eventually(async () => (await statusOf(leader))?.leader?.self === false, {
    what: 'the one that woke up to stand by',
    within: 10_000,
  });
  await pause(5_000);
  expect(writesOf(leader.proxy)).toEqual([]);
  expect(await replicas(next)).toBe(2);
  lift();
  await putRight(next);
  expect(writesOf(leader.proxy)).toEqual([]);
});

test.for([
  ['follows', false],
  ['leads the Swarm', true],
] as const)(
  'its manager, which %s, is frozen: another one acts',
  { timeout: 180_000 },
  async ([role, leads]) => {
    await leadAt(async (node) => (await leadsSwarm(node)) === leads);
    await leader.node.pause();
    try {
      await takesOver(leader, `docker pause of a manager that ${role}`, leads ? 60_000 : 20_000);
      expect((await statusOf(leader))?.leader?.self).toBe(false);
    } finally {
      await leader.node.unpause();
    }
    await ready(leader);
    expect(skeps.writes()).toHaveLength(1);
  },
);

/** Ends who leads and starts it again, until the one does that is wanted. */
async function leadAt(wanted: (node: TestNode) => Promise<boolean>): Promise<void> {
  while (!(await wanted(leader.node))) {
    const former = leader;
    await former.skep.stop();
    leader = await skeps.leader({ not: former });
    await skeps.restart(former);
  }
  for (const member of skeps.members) await ready(member);
  skeps.forget();
}

async function leadsSwarm(node: TestNode): Promise<boolean> {
  const nodes = await node.docker<SwarmNode[]>('/nodes');
  const found = nodes.find(({ Description }) => Description.Hostname === node.name);
  return found?.ManagerStatus?.Leader === true;
}

test(
  'its manager is cut off from the others: it stops, and another one acts',
  { timeout: 180_000 },
  async () => {
    await cutOff(leader, '-I');
    try {
      await takesOver(leader, 'partition', 60_000);
      expect((await statusOf(leader))?.leader?.self).toBe(false);
      expect(writesOf(leader.proxy)).toEqual([]);
    } finally {
      await cutOff(leader, '-D');
    }
    await ready(leader);
    expect(skeps.writes()).toHaveLength(1);
  },
);

/** The managers' own traffic alone: its Skep still reaches the Engine. */
async function cutOff({ node }: Member, verb: '-I' | '-D'): Promise<void> {
  for (const [chain, port] of [
    ['INPUT', '--dport'],
    ['INPUT', '--sport'],
    ['OUTPUT', '--dport'],
    ['OUTPUT', '--sport'],
  ] as const) {
    const exec = await node.container.exec({
      Cmd: ['iptables', verb, chain, '-p', 'tcp', port, '2377', '-j', 'DROP'],
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({});
    await new Promise((resolve) => stream.on('end', resolve).resume());
    expect((await exec.inspect()).ExitCode).toBe(0);
  }
}

test('a token rotates once for its slot, though who asks for it is killed', async () => {
  const slot = Math.ceil((Date.now() + 10_000) / 60_000) * 60_000;
  const at = new Date(slot);
  const rotate = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
  await skeps.write('cluster.yaml', cluster(`{ worker: { rotate: "${rotate}" } }`));
  const before = await swarmOf(leader);
  const fault = { method: 'POST', path: /^\/swarm\/update/, kind: 'hold' } as const;
  const held = skeps.members.map((member) => ({ member, lift: member.proxy.fault(fault) }));
  const asked = await eventually(
    () => held.find(({ member }) => writesOf(member.proxy).some(({ fault }) => fault === 'hold')),
    { what: 'the rotation asked for', within: 90_000 },
  );
  asked.member.skep.signal('SIGKILL');
  for (const { lift } of held.filter((one) => one !== asked)) lift();
  expect((await swarmOf(leader)).JoinTokens).toEqual(before.JoinTokens);
  const next = await skeps.leader({ not: asked.member, within: 20_000 });
  await eventually(
    async () => (await swarmOf(next)).JoinTokens.Worker !== before.JoinTokens.Worker,
    { what: 'the token rotated by the next one', within: 10_000 },
  );
  const rotated = await swarmOf(next);
  expect(rotated.Spec.Labels).toMatchObject({ 'skep.rotated.worker': at.toISOString() });
  // What the killed one had asked for arrives after all.
  asked.lift();
  await pause(5_000);
  expect((await swarmOf(next)).JoinTokens).toEqual(rotated.JoinTokens);
  expect(writesOf(next.proxy)).toHaveLength(1);
  expect(await next.skep.get('/api/v1/tokens')).toMatchObject({
    items: [{ role: 'worker', lastRotationAt: expect.any(Number) as number }, { role: 'manager' }],
  });
});

async function swarmOf({ node }: Member): Promise<Swarm> {
  return await node.docker<Swarm>('/swarm');
}
