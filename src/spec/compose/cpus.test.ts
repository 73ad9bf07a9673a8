import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpus, parseCpus } from './cpus.ts';

describe('parseCpus', () => {
  it.each([
    ['0.50', 500_000_000],
    ['1', 1_000_000_000],
    ['.1', 100_000_000],
    ['0.29', 290_000_000],
    ['1.000000001', 1_000_000_001],
    ['1e-2', 10_000_000],
    ['0', 0],
  ])('reads %s exactly', (text, nanos) => {
    expect(parseCpus(text)).toBe(nanos);
  });

  it.each(['', '.', 'half', '-1', '1,5', '1 2', '1e99'])('refuses "%s"', (text) => {
    expect(parseCpus(text)).toBeUndefined();
  });

  it('does not round', () => {
    expect(parseCpus('0.0000000001')).toBe('too-fine');
  });

  it('gives back any number of nanos', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 256_000_000_000 }), (nanos) => {
        const digits = String(nanos).padStart(10, '0');
        expect(parseCpus(`${digits.slice(0, -9)}.${digits.slice(-9)}`)).toBe(nanos);
      }),
    );
  });
});

describe('cpus', () => {
  it('takes a number as well as text', () => {
    expect(cpus.parse(0.1)).toBe(100_000_000);
  });

  it('refuses less than Swarm takes', () => {
    expect(cpus.safeParse('0.0001').success).toBe(false);
  });
});
