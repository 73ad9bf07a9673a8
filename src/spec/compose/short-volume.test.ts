import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseShortVolume } from './short-volume.ts';

describe('parseShortVolume', () => {
  it.each([
    ['/data', { type: 'volume', target: '/data' }],
    ['data:/data', { type: 'volume', source: 'data', target: '/data' }],
    ['./rel:/data', { type: 'bind', source: './rel', target: '/data' }],
    ['~/rel:/data', { type: 'bind', source: '~/rel', target: '/data' }],
    ['/abs:/data:ro', { type: 'bind', source: '/abs', target: '/data', read_only: true }],
    ['/abs:/data:rw', { type: 'bind', source: '/abs', target: '/data' }],
    ['d:/data', { type: 'volume', source: 'd', target: '/data' }],
    ['d:/data:ro', { type: 'volume', source: 'd', target: '/data', read_only: true }],
    ['c:/data:/data', { type: 'bind', source: 'c:/data', target: '/data' }],
    [
      'C:\\data:D:\\app:ro',
      { type: 'bind', source: 'C:\\data', target: 'D:\\app', read_only: true },
    ],
    ['data:C:\\app', { type: 'volume', source: 'data', target: 'C:\\app' }],
    ['\\\\.\\pipe\\x:/x', { type: 'bind', source: '\\\\.\\pipe\\x', target: '/x' }],
    ['d:/d:nocopy', { type: 'volume', source: 'd', target: '/d', volume: { nocopy: true } }],
    [
      '/a:/b:rslave,ro',
      {
        type: 'bind',
        source: '/a',
        target: '/b',
        read_only: true,
        bind: { propagation: 'rslave' },
      },
    ],
    ['/a:/b:cached', { type: 'bind', source: '/a', target: '/b' }],
  ])('reads %s', (text, mount) => {
    expect(parseShortVolume(text)).toEqual({ mount, unknown: [] });
  });

  it('tells the options that it does not know', () => {
    expect(parseShortVolume('/a:/b:z,wild')).toMatchObject({ unknown: ['z', 'wild'] });
  });

  it.each(['', ':/a', 'a:', 'a::b', '/a:/b:ro:x'])('says what is wrong with "%s"', (text) => {
    expect(parseShortVolume(text)).toBeTypeOf('string');
  });

  it('never throws', () => {
    const text = fc.string({ unit: fc.constantFrom(...'cD:/\\.~,ro '.split('')), maxLength: 12 });
    fc.assert(
      fc.property(text, (text) => {
        expect(parseShortVolume(text)).toBeDefined();
      }),
    );
  });
});
