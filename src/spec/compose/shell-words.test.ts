import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';

describe('shellWords', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a b\tc\nd', ['a', 'b', 'c', 'd']],
    [`sh -c "echo 'a b' \\"c\\"; exit $?"`, ['sh', '-c', `echo 'a b' "c"; exit $?`]],
    [`'a b'c"d e"`, ['a bcd e']],
    [`''`, ['']],
    ['a\\ b', ['a b']],
    [`'a\\b'`, ['a\\b']],
    [`"a\\b"`, ['ab']],
    ['a # b', ['a']],
    ['a#b', ['a#b']],
    ['# a\nb', ['b']],
    ['a\u00a0b', ['a\u00a0b']],
  ])('splits %j', (line, words) => {
    expect(shellWords(line)).toEqual(words);
  });

  it.each([`'a`, `a "b`, 'a\\', `a 'b" c`])('has nothing for %j, which is left open', (line) => {
    expect(shellWords(line)).toBeUndefined();
  });

  it('gives back words that were put in single quotes', () => {
    const word = fc.string().filter((text) => !text.includes("'"));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(shellWords(words.map((word) => `'${word}'`).join(' '))).toEqual(words);
      }),
    );
  });
});
