import { describe, expect, it } from 'vitest';
import { isCron } from './cron.ts';

describe('isCron', () => {
  it.each([
    '0 3 * * 0',
    '*/5 * * * *',
    '0 4 1 * *',
    '0 0 1-7 jan,JUL mon-fri',
    '0,30 8-18/2 * * 7',
  ])('takes %s', (text) => {
    expect(isCron(text)).toBe(true);
  });

  it.each([
    '',
    '@daily',
    '0 0 3 * * 0',
    '0 3 * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    '1,,2 * * * *',
    '1/2/3 * * * *',
    'jan * * * *',
  ])('refuses "%s"', (text) => {
    expect(isCron(text)).toBe(false);
  });
});
