import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueSlot, nextSlot } from './schedule.ts';

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const iso = (ms: number | undefined) =>
  ms === undefined ? undefined : Temporal.Instant.fromEpochMilliseconds(ms).toString();

const zones = [
  'UTC',
  'Asia/Seoul',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Havana',
  'Asia/Beirut',
  'Africa/Casablanca',
];
const expressions = [
  '0 3 * * 0',
  '30 2 * * *',
  '*/20 * * * *',
  '0 4 1 * *',
  '0 0 13 * 5',
  '15 1 * * *',
];

describe('the next slot', () => {
  test.each([
    ['0 3 * * 0', 'Asia/Seoul', '2026-11-20T00:00:00Z', '2026-11-21T18:00:00Z'],
    ['0 4 1 * *', undefined, '2026-12-01T04:00:00Z', '2027-01-01T04:00:00Z'],
    ['0 0 29 2 *', undefined, '2024-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 13 * 5', undefined, '2026-11-13T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
  ])('of %s in %s after %s is %s', (rotate, timezone, after, next) => {
    const schedule = timezone === undefined ? { rotate } : { rotate, timezone };
    expect(iso(nextSlot(schedule, at(after)))).toBe(next);
  });

  test.each(['0 0 0 3 * *', '@daily', '61 * * * *', '0 0 L * *', '0 0 31 2 *'])(
    'refuses %s',
    (rotate) => {
      expect(() => nextSlot({ rotate }, 0)).toThrow('schedule');
    },
  );

  test('refuses a time zone that does not exist', () => {
    expect(() => nextSlot({ rotate: '0 3 * * *', timezone: 'Mars/Base' }, 0)).toThrow('time zone');
  });

  test('a daily slot comes exactly once on every date of every zone', () => {
    for (const timezone of zones) {
      const schedule = { rotate: '30 2 * * *', timezone };
      let slot = at('2025-12-31T12:00:00Z');
      const dates: string[] = [];
      while (slot < at('2026-12-31T00:00:00Z')) {
        slot = nextSlot(schedule, slot) ?? Infinity;
        dates.push(
          Temporal.Instant.fromEpochMilliseconds(slot)
            .toZonedDateTimeISO(timezone)
            .toPlainDate()
            .toString(),
        );
      }
      expect(new Set(dates).size).toBe(dates.length);
      expect(dates.length).toBe(365 + (dates.at(-1) === '2026-12-31' ? 0 : 1));
    }
  });
});

describe('the due slot', () => {
  const daily = { rotate: '0 3 * * *' };

  test('is the last of several that were missed', () => {
    expect(iso(dueSlot(daily, at('2026-11-01T03:00:00Z'), at('2026-11-05T12:00:00Z')))).toBe(
      '2026-11-05T03:00:00Z',
    );
  });

  test('is none once it was taken', () => {
    expect(dueSlot(daily, at('2026-11-05T03:00:00Z'), at('2026-11-06T02:59:59Z'))).toBeUndefined();
  });

  test('is skipped when it was missed and missed ones are not wanted', () => {
    const skip = { ...daily, catch_up: 'skip' as const };
    const last = at('2026-11-04T03:00:00Z');
    expect(dueSlot(skip, last, at('2026-11-05T12:00:00Z'))).toBeUndefined();
    expect(iso(dueSlot(skip, last, at('2026-11-05T03:01:00Z')))).toBe('2026-11-05T03:00:00Z');
  });

  test('agrees with walking from slot to slot, in every zone', () => {
    assert(
      property(
        constantFrom(...zones),
        constantFrom(...expressions),
        integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-01T00:00:00Z') }),
        integer({ min: 0, max: 2 * 86_400_000 }),
        (timezone, rotate, last, later) => {
          const schedule = { rotate, timezone };
          let walked: number | undefined;
          for (
            let slot = nextSlot(schedule, last);
            slot !== undefined && slot <= last + later;
            slot = nextSlot(schedule, slot)
          ) {
            walked = slot;
          }
          expect(dueSlot(schedule, last, last + later)).toBe(walked);
        },
      ),
      { numRuns: 40 },
    );
  });
});
