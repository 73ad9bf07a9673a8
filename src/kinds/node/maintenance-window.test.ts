import { describe, expect, test } from 'vitest';
import { nextEdge, windowAt } from './maintenance-window.ts';

const hour = 3_600_000_000_000;
const at = (text: string) => Date.parse(text);
const nightly = { cron: '0 3 * * *', for: 2 * hour };
const shown = (window: ReturnType<typeof windowAt>) =>
  window && [window.from, window.until].map((time) => new Date(time).toISOString());

describe('a window', () => {
  test.each([
    ['2026-11-20T02:59:59.999Z', undefined],
    ['2026-11-20T03:00:00.000Z', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20T04:59:59.999Z', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20T05:00:00.000Z', undefined],
  ])('at %s', (now, until) => {
    expect(shown(windowAt(nightly, at(now)))?.[1]).toBe(until);
  });

  test('over midnight is open on both days', () => {
    const late = { cron: '30 23 * * *', for: hour };
    expect(windowAt(late, at('2026-11-21T00:29:00Z'))?.from).toBe(at('2026-11-20T23:30:00Z'));
  });

  test('lasts as long as it says when the clocks are changed in it', () => {
    const berlin = { cron: '30 1 * * *', for: 2 * hour, timezone: 'Europe/Berlin' };
    // Put forward at 2:00 (1:00 UTC), and back at 3:00 (1:00 UTC).
    expect(shown(windowAt(berlin, at('2026-03-29T01:00:00Z')))).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T02:30:00.000Z',
    ]);
    expect(shown(windowAt(berlin, at('2026-10-25T01:00:00Z')))).toEqual([
      '2026-10-24T23:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
  });
});

test('the next edge is the end of the open window, or the beginning of the next', () => {
  expect(nextEdge(nightly, at('2026-11-20T03:00:00Z'))).toBe(at('2026-11-20T05:00:00Z'));
  expect(nextEdge(nightly, at('2026-11-20T05:00:00Z'))).toBe(at('2026-11-21T03:00:00Z'));
});
