import { describe, expect, it } from 'vitest';
import { fileMode, flag, goText, wholeNumber } from './scalars.ts';

describe('goText', () => {
  it.each([
    [1000, '1000'],
    [420, '420'],
    [0.5, '0.5'],
    [1e21, '1e+21'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0.0000123, '-1.23e-05'],
    [1e-10, '1e-10'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    ['as it is', 'as it is'],
  ])('prints %s as Go does', (value, text) => {
    expect(goText(value)).toBe(text);
  });
});

describe('flag', () => {
  it.each(['y', 'Yes', 'TRUE', 'on', true])('takes %s for true', (value) => {
    expect(flag.parse(value)).toBe(true);
  });

  it.each(['n', 'No', 'FALSE', 'off', false])('takes %s for false', (value) => {
    expect(flag.parse(value)).toBe(false);
  });

  it.each(['', 'maybe', 'toString', 1, null])('refuses %s', (value) => {
    expect(flag.safeParse(value).success).toBe(false);
  });
});

describe('wholeNumber', () => {
  it.each([
    ['3', 3],
    ['-1', -1],
    [7, 7],
  ])('reads %s', (value, number) => {
    expect(wholeNumber().parse(value)).toBe(number);
  });

  it.each(['', '3.5', '0x10', '1e3', ' 3', 3.5, 2 ** 60])('refuses %s', (value) => {
    expect(wholeNumber().safeParse(value).success).toBe(false);
  });

  it('keeps to its bounds', () => {
    expect(wholeNumber({ min: 0 }).safeParse('-1').success).toBe(false);
    expect(wholeNumber({ max: 5 }).safeParse(6).success).toBe(false);
  });
});

describe('fileMode', () => {
  it('reads text as octal and takes numbers as they are', () => {
    expect(fileMode.parse('0440')).toBe(0o440);
    expect(fileMode.parse('440')).toBe(0o440);
    expect(fileMode.parse('0o440')).toBe(0o440);
    expect(fileMode.parse(0o440)).toBe(288);
  });

  it.each(['0888', 'rw', '', -1, 4096, 1.5])('refuses %s', (value) => {
    expect(fileMode.safeParse(value).success).toBe(false);
  });
});
