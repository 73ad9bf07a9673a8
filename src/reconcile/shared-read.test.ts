import { expect, test } from 'vitest';
import { SharedRead } from './shared-read.ts';

/** Readings that end when told to. */
function openRead() {
  const ends: ((error?: Error) => void)[] = [];
  const shared = new SharedRead(() => {
    const number = ends.length + 1;
    return new Promise<number>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve(number)));
    });
  });
  return { shared, ends };
}

test('all who ask at once share one reading, and later ones its value', async () => {
  const { shared, ends } = openRead();
  const both = Promise.all([shared.get(), shared.get()]);
  ends[0]?.();
  expect(await both).toEqual([1, 1]);
  expect(await shared.get()).toBe(1);
  expect(ends).toHaveLength(1);
});

test('who asks after something changed never gets a reading that began before', async () => {
  const { shared, ends } = openRead();
  const early = shared.get();
  shared.invalidate();
  const late = Promise.all([shared.get(), shared.get()]);
  ends[0]?.();
  expect(await early).toBe(1);
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();
  expect(await late).toEqual([2, 2]);
});

test('a failure reaches those who waited, and the next one reads again', async () => {
  const { shared, ends } = openRead();
  const failing = shared.get();
  ends[0]?.(new Error('no leader'));
  await expect(failing).rejects.toThrow('no leader');
  const again = shared.get();
  ends[1]?.();
  expect(await again).toBe(2);
});
