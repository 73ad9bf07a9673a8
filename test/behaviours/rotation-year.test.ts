import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RotationRow } from '../../src/history/history.ts';
import type { TokenRole } from '../../src/spec/cluster.ts';
import type { Swarm, SwarmNode } from '../../src/swarm/types.ts';
import { fingerprint } from '../../src/tokens/fingerprint.ts';
import { eventually } from '../harness/await.ts';
import type { TestNode } from '../harness/node.ts';
import { type RecordedRequest, RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { MovedClock } from './moved-clock.ts';
import { RunningSkep } from './running-skep.ts';

/** What becomes of join tokens within a year, on Swarms as people run them. */
const generations = ['28', '20.10'] as const;
const lab = inject('lab');
const hour = 3_600_000;
const day = 24 * hour;
const roles = ['worker', 'manager'] as const;
const zones = { worker: 'Europe/Berlin', manager: 'UTC' };
const rotating = { method: 'POST', path: /^\/swarm\/update/ };

const files = {
  'cluster.yaml': `
tokens:
  worker: { rotate: "30 2 * * 0", timezone: ${zones.worker} }
  manager: { rotate: "0 4 1 * *", jitter: 2h }
`,
};

describe.each(generations)('an Engine %s', (engine) => {
  const clock = new MovedClock();
  let swarm: TestSwarm;
  let skep: RunningSkep;
  /** Every token there was, in turn, as far as it is known who made it. */
  const chain: Record<TokenRole, string[]> = { worker: [], manager: [] };
  /** All that were ever recorded, also by a database that was lost. */
  const rows = new Map<string, RotationRow>();

  beforeAll(async () => {
    // A Monday of a leap year.
    clock.moveTo(Date.parse('2040-01-02T12:00:00Z'));
    swarm = await bootSwarm(lab, { engine, managers: 3, workers: 2 });
    skep = await startSkep(swarm.node('m1').host);
    await skep.ready(['cluster']);
    await note();
  });

  afterAll(async () => {
    await skep?.[Symbol.asyncDispose]();
    await swarm?.dispose();
  });

  async function startSkep(host: string): Promise<RunningSkep> {
    return await RunningSkep.start(host, files, { historyAgeMs: 2 * 365 * day }, { clock });
  }

  async function live(): Promise<Swarm> {
    return await Promise.any(swarm.managers.map((node) => node.docker<Swarm>('/swarm')));
  }

  /** Takes in the tokens of now, once for each time they are new. */
  async function note(): Promise<Swarm> {
    const found = await live();
    const { Worker, Manager } = found.JoinTokens;
    for (const [role, token] of [
      ['worker', Worker],
      ['manager', Manager],
    ] as const) {
      const one = fingerprint(token);
      if (chain[role].at(-1) !== one) chain[role].push(one);
    }
    return found;
  }

  function record(): RotationRow[] {
    const { items } = skep.operator.history.rotations({ limit: 500 });
    for (const row of items) rows.set(row.id, row);
    return items;
  }

  const doneFor = (role: TokenRole, slot: number) =>
    record().filter((row) => row.role === role && row.slot === slot && row.result === 'done');

  async function slotTaken(role: TokenRole, slot: number, within = 30_000): Promise<void> {
    await eventually(
      () => {
        if (doneFor(role, slot).length > 0 && isAtRest(skep)) return true;
        throw new Error(JSON.stringify([skep.unit('cluster'), record().slice(0, 3)]));
      },
      {
        what: `the rotation of the ${role} token for ${new Date(slot).toISOString()}`,
        within,
        every: 10,
      },
    );
    const { Spec } = await note();
    expect(Spec.Labels).toMatchObject({ [`skep.rotated.${role}`]: new Date(slot).toISOString() });
    expect(doneFor(role, slot)).toMatchObject([{ trigger: 'schedule', after: chain[role].at(-1) }]);
  }

  function next(): { role: TokenRole; nextRotationAt: number; nextSlotAt: number } {
    const [first] = skep.operator
      .tokens()
      .toSorted((a, b) => Number(a.nextRotationAt) - Number(b.nextRotationAt));
    if (!first?.nextRotationAt || !first.nextSlotAt) throw new Error('no rotation is planned');
    const role: TokenRole = first.role === 'manager' ? 'manager' : 'worker';
    return { role, nextRotationAt: first.nextRotationAt, nextSlotAt: first.nextSlotAt };
  }

  async function takeNext({ late = 0 } = {}): Promise<TokenRole> {
    const { role, nextRotationAt, nextSlotAt } = next();
    clock.moveTo(nextRotationAt + late);
    await slotTaken(role, nextSlotAt);
    return role;
  }

  test('a slot waits for the end of a CA rotation, and is taken once after it', async () => {
    const before = await live();
    await swarm.node('w2').pause();
    await swarm.docker(['swarm', 'ca', '--rotate', '--detach', '--quiet']);
    await eventually(async () => (await live()).RootRotationInProgress, {
      what: 'a CA rotation',
      within: 10_000,
    });
    const { role, nextRotationAt, nextSlotAt: slot } = next();
    clock.moveTo(nextRotationAt);
    await eventually(
      () => {
        const outcome = skep.unit('cluster')?.outcome;
        return outcome?.result === 'wait' && outcome.message.includes('root certificate');
      },
      { what: 'Skep to wait', within: 10_000 },
    );
    expect((await live()).JoinTokens).toEqual(before.JoinTokens);
    await swarm.node('w2').unpause();
    await eventually(async () => !(await live()).RootRotationInProgress, {
      what: 'the end of the CA rotation',
      within: 60_000,
    });
    // Tokens of a CA rotation are not Skep's, so that one follows on the other.
    await slotTaken(role, slot, 60_000);
    const other = role === 'worker' ? 'manager' : 'worker';
    await eventually(
      () => skep.operator.tokens().find((token) => token.role === other)?.lastRotationBy,
      { what: 'the other token noticed', within: 10_000 },
    );
    const { Spec, JoinTokens } = await live();
    expect(Spec.CAConfig?.ForceRotate).toBeGreaterThanOrEqual(1);
    expect(tokenOf(JoinTokens, other)).not.toBe(tokenOf(before.JoinTokens, other));
  });

  test('each slot of a year has exactly one rotation, with others by hand between, and no setting changes', async () => {
    await swarm.docker(['swarm', 'update', '--cert-expiry', '2000h', '--task-history-limit', '7']);
    const before = await note();
    const start = clock.now();
    const end = start + 365 * day;
    const byHand: string[] = [];
    for (let turn = 0; next().nextSlotAt < end; turn += 1) {
      if (turn % 9 === 2) {
        await swarm.docker(['swarm', 'join-token', '--rotate', '--quiet', 'worker']);
        await note();
        byHand.push(chain.worker.at(-1)!);
      }
      if (turn % 9 === 4) {
        const row = await skep.operator.rotate('manager', 'a person');
        await note();
        expect(row).toMatchObject({ slot: null, trigger: 'a person', after: chain.manager.at(-1) });
        expect(skep.operator.tokens()[1]).toMatchObject({ lastRotationBy: 'a person' });
      }
      if (turn % 9 === 6) clock.setBack(5 * hour);
      if (turn === 20) await missNext();
      if (turn === 40) await missNext({ forget: true });
      // Ahead of the time, and back to before the slot: its moment comes twice.
      const isWrong = turn % 9 === 8;
      await takeNext({ late: isWrong ? 6 * hour : 0 });
      if (isWrong) clock.setBack(6 * hour + 60_000);
    }
    const done = [...rows.values()].filter(
      ({ startedAt, result }) => startedAt >= start && result === 'done',
    );
    expect(datesOf(done, 'worker')).toEqual(daysIn(start, end, (date) => date.dayOfWeek === 7));
    expect(datesOf(done, 'manager')).toEqual(daysIn(start, end, (date) => date.day === 1));
    expect(byHand.length).toBeGreaterThan(4);
    expectNoOtherTokens(done, byHand);
    const after = await live();
    expect(withoutRotations(after)).toEqual(withoutRotations(before));
    expect(after.Spec.CAConfig?.ForceRotate).toBeGreaterThanOrEqual(1);
  });

  /** Skep is down when the slot comes, and may even lose its database. */
  async function missNext({ forget = false } = {}): Promise<void> {
    record();
    const due = next();
    await skep.stop();
    if (forget) await rm(skep.settings.data, { recursive: true });
    clock.moveTo(due.nextRotationAt + hour);
    await skep.boot();
    await slotTaken(due.role, due.nextSlotAt);
  }

  /** Each token follows from the one before by a rotation that is on record, or by hand. */
  function expectNoOtherTokens(done: RotationRow[], byHand: string[]): void {
    for (const role of roles) {
      const made = done.filter((row) => row.role === role);
      for (const [at, token] of chain[role].entries()) {
        const row = made.find(({ after }) => after === token);
        if (row === undefined) continue;
        expect(row.before).toBe(chain[role][at - 1]);
      }
      const known = new Set([...made.map(({ after }) => after), ...byHand]);
      const start = chain[role].findIndex((token) => known.has(token));
      expect(chain[role].slice(start).filter((token) => !known.has(token))).toEqual([]);
    }
  }

  test('a slot is taken once though somebody updates the Swarm at the same time, and that update stays', async () => {
    await using proxy = await RecordingProxy.start(swarm.node('m1').host);
    await moveTo(proxy.host);
    const lift = proxy.fault({ ...rotating, kind: 'hold', times: 1 });
    const due = next();
    clock.moveTo(due.nextRotationAt);
    await met(proxy, ({ fault }) => fault === 'hold');
    await swarm.docker(['swarm', 'update', '--task-history-limit', '9']);
    lift();
    await slotTaken(due.role, due.nextSlotAt);
    const { Spec } = await live();
    expect(Spec.Orchestration?.TaskHistoryRetentionLimit).toBe(9);
    const ofSlot = record().filter(
      ({ role, slot }) => role === due.role && slot === due.nextSlotAt,
    );
    expect(ofSlot.map(({ result }) => result)).toEqual(['done', 'failed']);
    await moveTo(swarm.node('m1').host);
  });

  /** Another Skep takes over, at another address of the Swarm and without the memory of this one. */
  async function moveTo(host: string): Promise<void> {
    record();
    await skep[Symbol.asyncDispose]();
    skep = await startSkep(host);
    await skep.ready(['cluster']);
  }

  describe('a leader that dies', () => {
    async function leader(): Promise<TestNode> {
      return await eventually(
        async () => {
          const nodes = await Promise.any(
            swarm.managers.map((node) => node.docker<SwarmNode[]>('/nodes')),
          );
          const managers = nodes.flatMap(({ ManagerStatus }) => ManagerStatus ?? []);
          const all = managers.filter(({ Reachability }) => Reachability === 'reachable');
          const address = all.find(({ Leader }) => Leader)?.Addr?.split(':')[0];
          const found = swarm.managers.find((node) => node.address === address);
          return all.length === 3 ? found : undefined;
        },
        { what: 'three managers and a leader', within: 60_000, every: 300 },
      );
    }

    /** Kills the leader at a moment of the call that takes a slot. */
    const deaths = {
      async before(dying: TestNode, at: number) {
        await dying.kill();
        clock.moveTo(at);
      },
      async during(dying: TestNode, at: number, proxy: RecordingProxy) {
        const lift = proxy.fault({ ...rotating, kind: 'hold' });
        clock.moveTo(at);
        await met(proxy, ({ fault }) => fault === 'hold');
        // Frozen, so that the call is on its way to a leader that does not answer any more.
        await dying.pause();
        lift();
        await proxy.quiet();
        expect(record()[0]).toMatchObject({ result: 'running' });
        await dying.kill();
      },
      async after(dying: TestNode, at: number, proxy: RecordingProxy) {
        const lift = proxy.fault({ ...rotating, kind: 'mute' });
        clock.moveTo(at);
        await met(proxy, ({ answered }) => answered === true);
        expect(record()[0]).toMatchObject({ result: 'running' });
        await dying.kill();
        lift();
      },
    };

    test.each(['before', 'during', 'after'] as const)(
      '%s the call makes no rotation more and none less',
      async (when) => {
        const dying = await leader();
        const follower = swarm.managers.find((node) => node !== dying)!;
        await using proxy = await RecordingProxy.start(follower.host);
        await moveTo(proxy.host);
        const due = next();
        const before = await note();
        await deaths[when](dying, due.nextRotationAt, proxy);
        const isBack = dying.start();
        await slotTaken(due.role, due.nextSlotAt, 60_000);
        const { JoinTokens } = await live();
        expect(tokenOf(JoinTokens, due.role)).not.toBe(tokenOf(before.JoinTokens, due.role));
        await isBack;
        await leader();
        await skep.operator.reconcile({ by: 'test', wait: true });
        await skep.ready(['cluster']);
        expect((await live()).JoinTokens).toEqual(JoinTokens);
        expect(doneFor(due.role, due.nextSlotAt)).toHaveLength(1);
        await moveTo(follower.host);
      },
    );
  });

  test('a node joins with the new token, and not with the old one', async () => {
    const before = (await note()).JoinTokens;
    while ((await takeNext()) !== 'worker');
    const after = (await note()).JoinTokens;
    expect(after.Worker).not.toBe(before.Worker);
    const { client, address } = swarm.node('w1');
    await client.swarmLeave({ force: true });
    const join = async (JoinToken: string) =>
      await client.swarmJoin({
        ListenAddr: '0.0.0.0:2377',
        AdvertiseAddr: address,
        RemoteAddrs: [`${swarm.node('m1').address}:2377`],
        JoinToken,
      });
    await expect(join(before.Worker)).rejects.toThrow(/token/);
    // A refused join leaves its state behind for a moment.
    await eventually(
      async () => {
        await client.swarmLeave({ force: true }).catch(() => undefined);
        await join(after.Worker);
        return true;
      },
      { what: 'the node joined', within: 30_000, every: 500 },
    );
    await eventually(
      async () => {
        const nodes = await swarm.node('m1').docker<SwarmNode[]>('/nodes');
        return nodes.some(
          ({ Description, Status }) => Description.Hostname === 'w1' && Status.State === 'ready',
        );
      },
      { what: 'the node ready', within: 30_000 },
    );
  });
});

function isAtRest(skep: RunningSkep): boolean {
  const unit = skep.unit('cluster');
  return unit?.outcome?.result === 'ready' && unit.operation === null;
}

function withoutRotations({ Spec }: Swarm): Swarm['Spec'] {
  const { Labels = {}, ...others } = Spec;
  const theirs = Object.entries(Labels).filter(([key]) => !key.startsWith('skep.rotated'));
  return { ...others, Labels: Object.fromEntries(theirs) };
}

/** The local dates of the slots that were taken, in their order. */
function datesOf(done: readonly RotationRow[], role: TokenRole): string[] {
  const slots = done.flatMap((row) => (row.role === role ? (row.slot ?? []) : []));
  return slots.toSorted((a, b) => a - b).map((slot) => dateAt(slot, zones[role]).toString());
}

/** The dates after the first one that are days of a slot. */
function daysIn(
  start: number,
  end: number,
  isDay: (date: Temporal.PlainDate) => boolean,
): string[] {
  const days: string[] = [];
  const last = dateAt(end, 'UTC');
  for (
    let date = dateAt(start, 'UTC').add({ days: 1 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (isDay(date)) days.push(date.toString());
  }
  return days;
}

function dateAt(instant: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate();
}

function tokenOf({ Worker, Manager }: Swarm['JoinTokens'], role: TokenRole): string {
  return role === 'worker' ? Worker : Manager;
}

async function met(
  proxy: RecordingProxy,
  isIt: (request: RecordedRequest) => boolean | undefined,
): Promise<void> {
  await eventually(() => proxy.requests.some(isIt), { what: 'the call', within: 20_000 });
}
