import {
  type Arbitrary,
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aSwarm, aWorld } from '../../test/unit/world.ts';
import type { DesiredToken } from '../desired/desired.ts';
import type { Schedule } from '../spec/cluster.ts';
import { writeRotationLabels } from '../tokens/rotation-labels.ts';
import { firstSlotAfter } from '../tokens/cron-slots.ts';
import type { OwnedObject } from './kind.ts';
import { nextTokenSlot, token } from './token.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2027-09-01T12:34:56Z');
const end = start + 366 * day;

/** A Swarm and a Skep, with the time of a wall clock that can be set. Rotations are carried out as the reconciler does. */
class Simulation {
  now = start;
  swarm = aSwarm();
  owned: OwnedObject[] = [];
  schedule: Schedule;
  readonly taken: { slot: number; at: number }[] = [];
  #tokens = 0;

  constructor(schedule: Schedule) {
    this.schedule = schedule;
    this.look();
  }

  /** Looks and writes until nothing is due, as the loop does. */
  look(): void {
    for (let passes = 0; passes < 5; passes += 1) {
      const world = aWorld({ swarm: this.swarm }, { owned: this.owned, now: this.now });
      const action = token.plan(this.#wish, world);
      this.owned = [token.own!(this.#wish, world)];
      const [write] = action?.writes ?? [];
      if (write?.call !== 'swarm.update') return;
      const slot = Date.parse(write.spec.Labels?.['skep.rotated.worker'] ?? '');
      this.taken.push({ slot, at: this.now });
      const moment = writeRotationLabels('worker', { rotatedAt: this.now });
      this.swarm.Spec = { ...write.spec, Labels: { ...write.spec.Labels, ...moment } };
      this.rotateByHand();
    }
    throw new Error('a storm of rotations');
  }

  rotateByHand(): void {
    this.#tokens += 1;
    const tokens = { ...this.swarm.JoinTokens, Worker: `SWMTKN-1-${this.#tokens}` };
    this.swarm = { ...this.swarm, JoinTokens: tokens };
  }

  rotateBySkep(): void {
    const moment = writeRotationLabels('worker', { rotatedAt: this.now });
    this.swarm.Spec = { ...this.swarm.Spec, Labels: { ...this.swarm.Spec.Labels, ...moment } };
    this.rotateByHand();
  }

  /** Lives until then, waking up when the schedule says so. */
  runUntil(until: number): void {
    for (;;) {
      const view = { swarm: this.swarm, owned: this.owned, now: this.now };
      const next = nextTokenSlot(this.#wish, view)?.at ?? Infinity;
      if (next > until) break;
      this.now = next;
      this.look();
    }
    this.now = Math.max(this.now, until);
  }

  get #wish(): DesiredToken {
    const { schedule } = this;
    return { kind: 'token', unit: 'cluster', name: 'worker', options: {}, schedule };
  }
}

type Event = { after: number; what: string; ms: number };

function happen(simulation: Simulation, { what, ms }: Event): void {
  const away = Math.min(ms, end - simulation.now);
  switch (what) {
    case 'restart':
      break;
    case 'down':
      simulation.now += away;
      break;
    case 'lost database':
      // Before the first rotation, and without labels, nobody else knows anything.
      if (simulation.swarm.Spec.Labels?.['skep.rotated.worker']) simulation.owned = [];
      break;
    case 'lost labels':
      simulation.swarm.Spec = { ...simulation.swarm.Spec, Labels: {} };
      break;
    case 'by hand':
      simulation.rotateByHand();
      break;
    case 'by skep':
      simulation.rotateBySkep();
      break;
    case 'clock ahead and back':
      simulation.now += ms;
      simulation.look();
      simulation.now -= ms;
      break;
    case 'clock back and ahead':
      simulation.now -= ms;
      simulation.look();
      simulation.now += ms;
      break;
  }
  simulation.look();
}

const always = ['restart', 'by hand', 'by skep', 'lost database', 'clock back and ahead'];
const anything = [...always, 'lost labels', 'down', 'clock ahead and back'];

const eventsOf = (whats: string[]): Arbitrary<Event[]> =>
  array(
    record({
      after: integer({ min: 0, max: 40 * day }),
      what: constantFrom(...whats),
      ms: integer({ min: 1, max: 9 * hour }),
    }),
    { maxLength: 12 },
  );

const crons = record({
  rotate: constantFrom('0 3 * * 0', '0 4 1 * *', '30 2 * * *', '0 0 29 2 *', '0 1,2 1-7 * 1'),
  timezone: constantFrom('UTC', 'Asia/Seoul', 'Europe/Berlin', 'America/Havana'),
  jitter: option(integer({ min: 0, max: 30 * day }), { nil: 0 }).map((ms) => ms * 1e6),
  catch_up: constantFrom('once' as const, 'skip' as const),
});
const distances = record({
  every: constantFrom(hour * 5, day, 30 * day, 90 * day).map((ms) => ms * 1e6),
  jitter: constantFrom(0, hour, 100 * day).map((ms) => ms * 1e6),
  catch_up: constantFrom('once' as const, 'skip' as const),
});

function live(schedule: Schedule, events: readonly Event[]): Simulation {
  const simulation = new Simulation(schedule);
  for (const event of events) {
    simulation.runUntil(Math.min(end, simulation.now + event.after));
    happen(simulation, event);
  }
  simulation.runUntil(end);
  return simulation;
}

function slotsOfTheYear({ rotate = '', timezone = 'UTC' }: Schedule): number[] {
  const slots: number[] = [];
  const cron = { expression: rotate, zone: timezone };
  for (
    let slot = firstSlotAfter(cron, start);
    slot !== undefined && slot <= end;
    slot = firstSlotAfter(cron, slot)
  ) {
    slots.push(slot);
  }
  return slots;
}

describe('a year of rotations', () => {
  test('has exactly one for each slot, whatever is lost, whoever rotates between, and though clocks are set back', () => {
    assert(
      property(crons, eventsOf(always), (schedule, events) => {
        const { taken } = live(schedule, events);
        const slots = taken.map(({ slot }) => slot);
        const all = slotsOfTheYear(schedule);
        // The jitter of the last one may reach into the next year.
        expect(slots).toEqual(all.slice(0, Math.max(slots.length, all.length - 1)));
        for (const { slot, at } of taken) {
          expect(at).toBeGreaterThanOrEqual(slot);
          expect(at - slot).toBeLessThanOrEqual(schedule.jitter / 1e6);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('never has two for a slot, and lets none pass that was possible, whatever the clock does', () => {
    assert(
      property(crons, eventsOf(anything), (schedule, events) => {
        const { taken, now } = live({ ...schedule, catch_up: 'once' }, events);
        const slots = taken.map(({ slot }) => slot);
        expect(new Set(slots).size).toBe(slots.length);
        expect(slots).toEqual(slots.toSorted((a, b) => a - b));
        const all = slotsOfTheYear(schedule).filter((slot) => slot <= now);
        expect(slots.filter((slot) => slot <= end).every((slot) => all.includes(slot))).toBe(true);
        const lost = events.some(({ what }) => what.startsWith('lost'));
        if (!lost) expect(slots.at(-1) ?? 0).toBeGreaterThanOrEqual(all.at(-2) ?? 0);
        const skipped = all.length - slots.length;
        expect(skipped).toBeLessThanOrEqual(1 + mostMissed(schedule, events));
      }),
      { numRuns: 25 },
    );
  });

  test('keeps its distance from the last rotation, whoever made it', () => {
    assert(
      property(
        distances,
        eventsOf(['restart', 'by hand', 'by skep', 'lost database']),
        (schedule, events) => {
          const { taken } = live(schedule, events);
          const period = schedule.every / 1e6;
          for (const [at, { at: moment }] of taken.entries()) {
            const before = taken[at - 1]?.at ?? start;
            expect(moment - before).toBeGreaterThanOrEqual(period);
          }
          if (events.length > 0) return;
          const longest = period + Math.min(period, schedule.jitter / 1e6);
          expect(taken.length).toBeGreaterThanOrEqual(Math.floor((end - start) / longest));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('has one rotation more for a schedule that is changed while a slot is due, and none less', () => {
    const zoned = oneof(crons, distances);
    assert(
      property(crons, zoned, integer({ min: 1, max: 200 }), (first, second, days) => {
        const simulation = new Simulation({ ...first, catch_up: 'once' });
        simulation.runUntil(start + days * day);
        const before = simulation.taken.length;
        const open = slotsOfTheYear(first).filter((slot) => slot <= simulation.now).length - before;
        expect([0, 1]).toContain(open);
        simulation.schedule = { ...second, catch_up: 'once' };
        simulation.look();
        simulation.runUntil(end);
        const slots = simulation.taken.map(({ slot }) => slot);
        expect(new Set(slots).size).toBe(slots.length);
        if ('every' in second) return;
        const later = slotsOfTheYear(second).filter((slot) => slot > start + days * day);
        const missing = open + later.length - (slots.length - before);
        expect([0, 1]).toContain(missing);
      }),
      { numRuns: 25 },
    );
  });
});

/** Slots that come while Skep is down, or that a clock jumps over, may be one. */
function mostMissed(schedule: Schedule, events: readonly Event[]): number {
  const all = slotsOfTheYear(schedule);
  const apart = Math.min(
    ...all.map((slot, at) => slot - (all[at - 1] ?? Number.NEGATIVE_INFINITY)),
  );
  return events.reduce((sum, { ms }) => sum + Math.ceil(ms / Math.max(apart, hour)) + 1, 0);
}
