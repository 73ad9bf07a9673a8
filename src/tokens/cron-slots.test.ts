import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstSlotAfter, lastSlotIn } from './cron-slots.ts';

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

describe('the first slot after an instant', () => {
  test.each([
    ['0 3 * * 0', 'Asia/Seoul', '2026-11-20T00:00:00Z', '2026-11-21T18:00:00Z'],
    ['0 4 1 * *', 'UTC', '2026-12-01T04:00:00Z', '2027-01-01T04:00:00Z'],
    ['0 0 29 2 *', 'UTC', '2024-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 13 * 5', 'UTC', '2026-11-13T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
  ])('of %s in %s after %s is %s', (expression, zone, after, next) => {
    expect(iso(firstSlotAfter({ expression, zone }, at(after)))).toBe(next);
  });

  test.each(['0 0 0 3 * *', '@daily', '61 * * * *', '0 0 L * *', '0 0 31 2 *'])(
    'refuses %s',
    (expression) => {
      expect(() => firstSlotAfter({ expression, zone: 'UTC' }, 0)).toThrow('schedule');
    },
  );

  test('refuses a time zone that does not exist', () => {
    const cron = { expression: '0 3 * * *', zone: 'Mars/Base' };
    expect(() => firstSlotAfter(cron, 0)).toThrow('time zone');
  });

  test('a daily slot comes exactly once on every date of every zone', () => {
    for (const zone of zones) {
      const cron = { expression: '30 2 * * *', zone };
      let slot = at('2025-12-31T12:00:00Z');
      const dates: string[] = [];
      while (slot < at('2026-12-31T00:00:00Z')) {
        slot = firstSlotAfter(cron, slot) ?? Infinity;
        dates.push(
          Temporal.Instant.fromEpochMilliseconds(slot)
            .toZonedDateTimeISO(zone)
            .toPlainDate()
            .toString(),
        );
      }
      expect(new Set(dates).size).toBe(dates.length);
      expect(dates.length).toBe(365 + (dates.at(-1) === '2026-12-31' ? 0 : 1));
    }
  });
});

test('the last slot in a time is where walking from slot to slot ends, in every zone', () => {
  assert(
    property(
      constantFrom(...zones),
      constantFrom(...expressions),
      integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-01T00:00:00Z') }),
      integer({ min: 0, max: 2 * 86_400_000 }),
      (zone, expression, after, length) => {
        const cron = { expression, zone };
        let walked: number | undefined;
        for (
          let slot = firstSlotAfter(cron, after);
          slot !== undefined && slot <= after + length;
          slot = firstSlotAfter(cron, slot)
        ) {
          walked = slot;
        }
        expect(lastSlotIn(cron, after, after + length)).toBe(walked);
      },
    ),
    { numRuns: 40 },
  );
});
