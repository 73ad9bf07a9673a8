import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lease, type LeaseRecord, type LeaseStore, type SeenLease } from './lease.ts';

const leaseMs = 15_000;

/** The Swarm's side: one record, changed by compare-and-swap. */
class Registry {
  live: SeenLease | undefined;
  writes = 0;
  #index = 10;

  create(record: LeaseRecord): void {
    if (this.live !== undefined) throw new Error('already exists');
    this.#put(record);
  }

  swap(seen: SeenLease, next: LeaseRecord): void {
    if (this.live?.version !== seen.version) throw new Error('update out of sequence');
    this.#put(next);
  }

  #put(record: LeaseRecord): void {
    this.#index += 1;
    this.writes += 1;
    this.live = { id: 'lock', version: this.#index, record };
  }
}

/** A call on its way: first it reaches the registry, then its answer comes back. Either may take any time, or be lost. */
type Call = {
  owner: number;
  reach: () => void;
  answer: () => void;
  lose: () => void;
  reached: boolean;
};

/** Some processes, each with a clock of its own that starts anywhere and runs a little fast or slow. */
class World {
  readonly registry = new Registry();
  readonly calls: Call[] = [];
  readonly processes: { lease: Lease; busy: boolean; generation: number; heard: string[] }[] = [];
  readonly #rates: readonly number[];
  #time = 0;

  constructor(rates: readonly number[]) {
    this.#rates = rates;
    for (const at of rates.keys()) this.restart(at);
  }

  restart(at: number): void {
    const generation = (this.processes[at]?.generation ?? 0) + 1;
    const heard: string[] = [];
    const lease = new Lease({
      store: this.#store(at),
      identity: `p${at}.${generation}`,
      leaseMs,
      now: () => 1_000_000 * at + this.#time * (this.#rates[at] ?? 1),
      suspended: () => heard,
      takeSuspended: (units) => void heard.splice(0, heard.length, ...units),
    });
    this.processes[at] = { lease, busy: false, generation, heard };
  }

  pass(ms: number): void {
    this.#time += ms;
  }

  async step(at: number, what: 'step' | 'release' = 'step'): Promise<void> {
    const process = this.processes[at]!;
    if (process.busy) return;
    process.busy = true;
    void Promise.resolve(process.lease[what]())
      .catch(() => undefined)
      .finally(() => (process.busy = false));
    await settled();
  }

  async deliver(pick: number, how: 'reach' | 'answer' | 'lose'): Promise<void> {
    const call = this.calls[pick % Math.max(1, this.calls.length)];
    if (call === undefined) return;
    if (how === 'reach') call.reach();
    if (how === 'answer') call.answer();
    if (how === 'lose') call.lose();
    await settled();
  }

  /** Everything that is under way comes to its end. */
  async settle(): Promise<void> {
    while (this.calls.length > 0) {
      await this.deliver(0, 'reach');
      await this.deliver(0, 'answer');
    }
  }

  async turn(at: number): Promise<void> {
    await this.step(at);
    await this.settle();
  }

  leaders(): number[] {
    return [...this.processes.keys()].filter((at) => this.processes[at]!.lease.leads());
  }

  #store(owner: number): LeaseStore {
    return {
      read: () => this.#call(owner, () => this.registry.live),
      create: (record) => this.#call(owner, () => this.registry.create(record)),
      swap: (seen, next) => this.#call(owner, () => this.registry.swap(seen, next)),
    };
  }

  #call<T>(owner: number, act: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let end: (() => void) | undefined;
    const call: Call = {
      owner,
      reached: false,
      reach() {
        if (call.reached) return;
        call.reached = true;
        try {
          const value = act();
          end = () => resolve(value);
        } catch (error) {
          end = () => reject(error);
        }
      },
      answer: () => {
        if (end === undefined) return;
        this.calls.splice(this.calls.indexOf(call), 1);
        end();
      },
      // The caller gives up; the call itself may still reach the registry, long after.
      lose: () => {
        if (call.reached) this.calls.splice(this.calls.indexOf(call), 1);
        reject(new Error('not within the time'));
      },
    };
    this.calls.push(call);
    return promise;
  }
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

type Move =
  | { do: 'pass'; ms: number }
  | { do: 'turn' | 'step' | 'release' | 'restart'; at: number }
  | { do: 'reach' | 'answer' | 'lose'; pick: number };

const processes = 3;
const at = fc.nat(processes - 1);
const pick = fc.nat(5);
const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(9_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('turn' as const), at }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('step' as const), at }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('reach' as const), pick }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('answer' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), at }) },
);

async function play(world: World, one: Move): Promise<void> {
  if (one.do === 'pass') world.pass(one.ms);
  else if (one.do === 'restart') world.restart(one.at);
  else if (one.do === 'turn') await world.turn(one.at);
  else if ('at' in one) await world.step(one.at, one.do);
  else await world.deliver(one.pick, one.do);
}

test('never do two lead at a time, whatever is late, lost, stopped or started anew', async () => {
  let led = 0;
  const rate = fc.double({ min: 0.95, max: 1.05, noNaN: true });
  const rates = fc.array(rate, { minLength: processes, maxLength: processes });
  await fc.assert(
    fc.asyncProperty(
      rates,
      fc.array(move, { minLength: 100, maxLength: 200 }),
      async (speeds, moves) => {
        const world = new World(speeds);
        for (const one of moves) {
          await play(world, one);
          const leaders = world.leaders();
          expect(leaders.length).toBeLessThanOrEqual(1);
          led += leaders.length;
        }
      },
    ),
    { numRuns: 400 },
  );
  // A lease that nobody ever holds would be as safe.
  expect(led).toBeGreaterThan(10_000);
});

test('the first one leads, and renews every third of the lease with one write each', async () => {
  const world = new World([1, 1]);
  await world.turn(0);
  await world.turn(1);
  expect(world.leaders()).toEqual([0]);
  for (let round = 0; round < 4; round += 1) {
    world.pass(leaseMs / 3);
    await world.turn(0);
    await world.turn(1);
  }
  expect(world.leaders()).toEqual([0]);
  expect(world.registry.writes).toBe(5);
  expect(world.processes[1]?.lease.holder).toBe('p0.1');
});

test('who cannot renew stops after two thirds of the lease, and another leads after all of it', async () => {
  const world = new World([1, 1]);
  await world.turn(0);
  await world.turn(1);
  world.pass((leaseMs * 2) / 3 - 1);
  expect(world.leaders()).toEqual([0]);
  world.pass(1);
  expect(world.leaders()).toEqual([]);
  world.pass(leaseMs / 3);
  await world.turn(1);
  expect(world.leaders()).toEqual([]);
  world.pass(1);
  await world.turn(1);
  expect(world.leaders()).toEqual([1]);
});

test('an answer that comes late counts from when it was asked for', async () => {
  const world = new World([1, 1]);
  await world.step(0);
  await world.deliver(0, 'reach');
  await world.deliver(0, 'answer');
  await world.deliver(0, 'reach');
  world.pass((leaseMs * 2) / 3);
  await world.deliver(0, 'answer');
  expect(world.registry.live).toMatchObject({ record: { holder: 'p0.1' } });
  expect(world.leaders()).toEqual([]);
});

test('a lease that was given back is taken at once; one of a former life of the same process is not', async () => {
  const world = new World([1, 1]);
  await world.turn(0);
  await world.turn(1);
  await world.step(0, 'release');
  await world.settle();
  await world.turn(1);
  expect(world.leaders()).toEqual([1]);

  world.restart(1);
  await world.turn(1);
  expect(world.leaders()).toEqual([]);
});

test('a lock that somebody removed is made anew by who leads; others wait as if it were held', async () => {
  const world = new World([1, 1]);
  await world.turn(0);
  await world.turn(1);
  world.registry.live = undefined;
  await world.turn(1);
  expect(world.leaders()).toEqual([0]);
  expect(world.registry.live).toBeUndefined();
  await world.turn(0);
  expect(world.registry.live).toMatchObject({ record: { holder: 'p0.1' } });
});

test('what people suspended goes from one to the next', async () => {
  const world = new World([1, 1]);
  world.processes[0]!.heard.push('shop');
  world.processes[1]!.heard.push('stale');
  await world.turn(0);
  await world.turn(1);
  expect(world.processes[1]?.heard).toEqual(['shop']);
  world.pass(leaseMs + 1);
  await world.turn(1);
  expect(world.leaders()).toEqual([1]);
  expect(world.registry.live?.record.suspended).toEqual(['shop']);
});
