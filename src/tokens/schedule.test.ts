import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueSlot, nextSlot, openSlot, type Past } from './schedule.ts';

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const iso = (ms: number | undefined) =>
  ms === undefined ? undefined : Temporal.Instant.fromEpochMilliseconds(ms).toString();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const nanos = (ms: number) => ms * 1e6;
const since = (text: string, rest: Partial<Past> = {}): Past => ({
  since: at(text),
  seed: 'a swarm and its worker token',
  ...rest,
});

describe('the due slot of a cron expression', () => {
  const daily = { rotate: '0 3 * * *' };

  test('is the last of several that were missed', () => {
    const past = since('2026-11-01T03:00:00Z');
    const due = at('2026-11-05T03:00:00Z');
    expect(dueSlot(daily, past, at('2026-11-05T12:00:00Z'))).toEqual({ slot: due, at: due });
  });

  test('is none once it was taken', () => {
    const past = since('2026-01-01T00:00:00Z', { slot: at('2026-11-05T03:00:00Z') });
    expect(dueSlot(daily, past, at('2026-11-06T02:59:59Z'))).toBeUndefined();
    expect(nextSlot(daily, past, at('2026-11-05T00:00:00Z'))?.slot).toBe(
      at('2026-11-06T03:00:00Z'),
    );
  });

  test('is skipped when it was missed and missed ones are not wanted', () => {
    const skip = { ...daily, catch_up: 'skip' as const };
    const past = since('2026-11-04T03:00:00Z');
    expect(dueSlot(skip, past, at('2026-11-05T12:00:00Z'))).toBeUndefined();
    expect(iso(dueSlot(skip, past, at('2026-11-05T03:09:59Z'))?.slot)).toBe('2026-11-05T03:00:00Z');
    expect(dueSlot(skip, past, at('2026-11-05T03:10:00Z'))).toBeUndefined();
  });

  test('is not missed as long as its jitter is not over', () => {
    const skip = { ...daily, jitter: nanos(20 * hour), catch_up: 'skip' as const };
    const past = since('2026-11-05T00:00:00Z');
    const next = nextSlot(skip, past, at('2026-11-05T04:00:00Z'));
    expect(iso(next?.slot)).toBe('2026-11-05T03:00:00Z');
    expect(next!.at - next!.slot).toBeGreaterThan(30 * minute);
    expect(dueSlot(skip, past, next!.at - 1)).toBeUndefined();
    expect(dueSlot(skip, past, next!.at + 9 * minute)).toEqual(next);
    expect(dueSlot(skip, past, next!.at + 10 * minute)).toBeUndefined();
  });

  test('that was missed is taken though a later one has begun, and that one after it', () => {
    const late = { ...daily, jitter: nanos(20 * hour) };
    const past = since('2026-11-04T00:00:00Z');
    const now = at('2026-11-05T03:00:01Z');
    expect(iso(dueSlot(late, past, now)?.slot)).toBe('2026-11-04T03:00:00Z');
    const taken = { ...past, slot: at('2026-11-04T03:00:00Z') };
    expect(dueSlot(late, taken, now)).toBeUndefined();
    expect(iso(nextSlot(late, taken, now)?.slot)).toBe('2026-11-05T03:00:00Z');
  });

  test('may be one of the schedule before', () => {
    const past = since('2026-11-05T03:05:00Z', { owed: at('2026-11-05T02:00:00Z') });
    expect(dueSlot(daily, past, past.since)?.slot).toBe(past.owed);
    expect(dueSlot(daily, { ...past, slot: past.owed! }, past.since)).toBeUndefined();
    expect(dueSlot({}, past, past.since)).toBeUndefined();
  });
});

describe('a distance', () => {
  const every = { every: nanos(30 * day) };

  test('counts from when it was first seen, then from the last rotation', () => {
    const past = since('2026-01-01T00:00:00Z');
    const first = at('2026-01-31T00:00:00Z');
    expect(nextSlot(every, past, past.since)).toEqual({ slot: first, at: first });
    expect(dueSlot(every, past, first - 1)).toBeUndefined();
    expect(dueSlot(every, past, first)?.slot).toBe(first);
    const rotated = { ...past, slot: first, rotatedAt: first + hour };
    expect(dueSlot(every, rotated, first + 2 * hour)).toBeUndefined();
    expect(nextSlot(every, rotated, first + 2 * hour)?.slot).toBe(first + hour + 30 * day);
  });

  test('is passed over when it was missed and missed ones are not wanted', () => {
    const past = since('2026-01-01T00:00:00Z');
    const late = at('2026-03-15T00:00:00Z');
    expect(iso(dueSlot(every, past, late)?.slot)).toBe('2026-03-02T00:00:00Z');
    const skip = { ...every, catch_up: 'skip' as const };
    expect(dueSlot(skip, past, late)).toBeUndefined();
    expect(iso(nextSlot(skip, past, late)?.slot)).toBe('2026-04-01T00:00:00Z');
  });

  test('owes nothing once anybody has rotated', () => {
    const past = since('2026-02-01T00:00:00Z', { owed: at('2026-01-31T00:00:00Z') });
    expect(dueSlot(every, past, past.since)?.slot).toBe(past.owed);
    expect(dueSlot(every, { ...past, rotatedAt: past.since }, past.since)).toBeUndefined();
  });
});

test('without a schedule there is never a slot', () => {
  const past = since('2026-01-01T00:00:00Z', { rotatedAt: 0 });
  const now = at('2030-01-01T00:00:00Z');
  expect([dueSlot({}, past, now), nextSlot({}, past, now), openSlot({}, past, now)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('jitter is the same for one slot whoever asks, differs between slots, and ends before the next slot', () => {
  const start = at('2026-01-01T00:00:00Z');
  assert(
    property(
      record({
        rotate: constantFrom('*/20 * * * *', '0 3 * * 0', '0 0 1,2 * *', '30 2 * * *'),
        timezone: constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
        jitter: integer({ min: 1, max: 40 * day }).map(nanos),
      }),
      integer({ min: start, max: start + 365 * day }),
      (schedule, since) => {
        const past: Past = { since, seed: 'one' };
        const first = nextSlot(schedule, past, since)!;
        const second = nextSlot(schedule, { ...past, slot: first.slot }, first.at)!;
        expect(first.at).toBeGreaterThanOrEqual(first.slot);
        expect(first.at - first.slot).toBeLessThan(schedule.jitter / 1e6);
        expect(second.slot).toBeGreaterThan(first.at);
        expect(nextSlot(schedule, { ...past, since: since - day, slot: since }, since)).toEqual(
          first,
        );
        expect(dueSlot(schedule, past, first.at)).toEqual(first);
        expect(dueSlot(schedule, past, first.at - 1)).toBeUndefined();
      },
    ),
    { numRuns: 50 },
  );
  const schedule = { rotate: '0 3 * * *', jitter: nanos(20 * hour) };
  const delays = ['one', 'two'].flatMap((seed) =>
    [0, 1, 2].map((days) => {
      const { slot, at: moment } = nextSlot(schedule, { since: start, seed }, start + days * day)!;
      return moment - slot;
    }),
  );
  expect(new Set(delays).size).toBe(delays.length);
});
