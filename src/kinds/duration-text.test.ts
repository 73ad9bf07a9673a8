import { expect, test } from 'vitest';
import { durationText } from './duration-text.ts';

test.each([
  [0, '0s'],
  [10_000_000_000, '10s'],
  [90_000_000_000, '1m30s'],
  [1_500_000_000, '1s500ms'],
  [7_776_000_000_000_000, '2160h'],
  [1, '1ns'],
  [-1, '-1ns'],
])('%d ns is %s', (nanoseconds, text) => {
  expect(durationText(nanoseconds)).toBe(text);
});
