import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memory, parseSize } from './sizes.ts';

describe('parseSize', () => {
  it.each([
    ['512', 512],
    ['50M', 52_428_800],
    ['1g', 1_073_741_824],
    ['64k', 65_536],
    ['1.5gb', 1_610_612_736],
    ['1.5 GiB', 1_610_612_736],
    ['10b', 10],
    ['32.7', 32],
    ['0', 0],
    ['2t', 2_199_023_255_552],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'M', '-1', '1x', '1kbb', '1 k b', '1bb', 'ten', '1.2.3k', '9999p'])(
    'refuses "%s"',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('gives back any number of units', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4096 }),
        fc.constantFrom('k', 'm', 'g', 't'),
        (n, unit) => {
          const power = 'kmgt'.indexOf(unit) + 1;
          expect(parseSize(`${n}${unit}`)).toBe(n * 1024 ** power);
        },
      ),
    );
  });
});

describe('memory', () => {
  it('refuses less than the 4 MiB that Swarm insists on', () => {
    expect(memory.safeParse('1M').error?.issues[0]?.message).toBe('is less than 4M');
    expect(memory.parse('4M')).toBe(4_194_304);
  });
});
