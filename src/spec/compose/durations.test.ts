import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, healthDuration, parseDuration } from './durations.ts';

const second = 1_000_000_000;

describe('parseDuration', () => {
  it.each([
    ['10s', 10 * second],
    ['1h30m', 5400 * second],
    ['1.5s', 1.5 * second],
    ['.5m', 30 * second],
    ['500ms', second / 2],
    ['3us', 3000],
    ['3µs', 3000],
    ['3μs', 3000],
    ['7ns', 7],
    ['0', 0],
    ['0s', 0],
    ['+2s', 2 * second],
    ['-2s', -2 * second],
    ['1s1s', 2 * second],
    ['0.1234567899s', 123_456_789],
    ['2160h', 7_776_000 * second],
  ])('reads %s', (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos);
  });

  it.each([
    '',
    '10',
    's',
    '1d',
    '1 s',
    '1s ',
    '1h 30m',
    '--1s',
    '1.2.3s',
    '1e3s',
    '300000000h',
    '.s',
  ])('refuses "%s"', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('gives back any whole number of milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (millis) => {
        const hours = Math.floor(millis / 3_600_000);
        const text = `${hours}h${(millis % 3_600_000) / 1000}s`;
        expect(parseDuration(text)).toBe(millis * 1_000_000);
      }),
    );
  });
});

describe('duration', () => {
  it('asks for the unit of a bare number', () => {
    expect(duration.safeParse(10).error?.issues[0]?.message).toBe('is a number without a unit');
  });

  it('refuses negative ones', () => {
    expect(duration.safeParse('-1s').success).toBe(false);
  });

  it('refuses, in a health check, what the Engine finds too short', () => {
    expect(healthDuration.safeParse('999us').success).toBe(false);
    expect(healthDuration.parse('0s')).toBe(0);
    expect(healthDuration.parse('1ms')).toBe(1_000_000);
  });
});
