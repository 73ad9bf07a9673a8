import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { splitLines } from './events.ts';

test('lines come whole wherever the stream was cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(40)), async (lines, cuts) => {
      const stream = cut(Buffer.from(lines.map((text) => `${text}\n`).join('')), cuts);
      const expected = lines.filter((text) => text.trim() !== '');
      expect(await Array.fromAsync(splitLines(stream))).toEqual(expected);
    }),
  );
});

test('a last line without an end is one too', async () => {
  expect(await Array.fromAsync(splitLines(cut(Buffer.from('a\nb'), [])))).toEqual(['a', 'b']);
});

async function* cut(bytes: Buffer, sizes: number[]): AsyncGenerator<Buffer> {
  let start = 0;
  for (const size of sizes) {
    yield bytes.subarray(start, start + size);
    start += size;
  }
  yield bytes.subarray(start);
}
