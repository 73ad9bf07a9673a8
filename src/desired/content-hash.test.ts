import { assert, property, string, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import { configVersion, secretVersion, valueHash, versionBase } from './content-hash.ts';

const key = stringMatching(/^[a-z][a-z0-9_]{0,90}$/);

test('a version of any base fits into a name of Swarm', () => {
  assert(
    property(key, string(), (name, content) => {
      expect(configVersion(versionBase(name), [content]).length).toBeLessThanOrEqual(64);
    }),
  );
});

test('cut bases stay distinct', () => {
  assert(
    property(key, key, (a, b) => {
      const long = 'x'.repeat(60);
      expect(versionBase(long + a) === versionBase(long + b)).toBe(a === b);
    }),
  );
});

test('another content is another version, the same is the same', () => {
  expect(configVersion('web', ['a', 'b'])).toBe(configVersion('web', ['a', 'b']));
  expect(configVersion('web', ['a', 'b'])).not.toBe(configVersion('web', ['ab', '']));
  expect(configVersion('web', ['a'])).toMatch(/^web-[0-9a-f]{12}$/);
});

test("a secret's version is no plain hash, and one content looks different under two bases", () => {
  const [a, b] = [secretVersion('a', ['hunter2']), secretVersion('b', ['hunter2'])];
  expect(a).toMatch(/^a-[0-9a-f]{12}$/);
  expect(a.slice(2)).not.toBe(b.slice(2));
  expect(a.slice(2)).not.toBe(configVersion('a', ['hunter2']).slice(2));
  expect(secretVersion('a', ['hunter2'])).toBe(a);
});

test('the hash of a value does not depend on the order of keys, but on that of lists', () => {
  expect(valueHash({ a: 1, b: { c: 2, d: 3 } })).toBe(valueHash({ b: { d: 3, c: 2 }, a: 1 }));
  expect(valueHash([1, 2])).not.toBe(valueHash([2, 1]));
});
