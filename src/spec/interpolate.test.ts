import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';

const variables = new Map([
  ['SET', 'one'],
  ['OTHER', 'two'],
  ['EMPTY', ''],
]);

function run(text: string) {
  return interpolate(text, (name) => variables.get(name));
}

describe('interpolate', () => {
  it.each([
    ['$SET-${SET}', 'one-one'],
    ['$SETx', ''],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['${UNSET:-x}${UNSET-x}${EMPTY:-x}${EMPTY-x}', 'xxx'],
    ['${SET:-x}${SET-x}', 'oneone'],
    ['${SET:+x}${SET+x}${EMPTY:+x}${EMPTY+x}${UNSET:+x}${UNSET+x}', 'xxx'],
    ['${SET:?m}${EMPTY?m}', 'one'],
    ['${UNSET:-${OTHER}}', 'two'],
    ['${UNSET:-a${UNSET:-b${SET}}c}d', 'abonecd'],
    ['${UNSET:-}', ''],
    ['${UNSET:-a:b-c?d}', 'a:b-c?d'],
    ['${UNSET:-$$}', '$$'],
    ['${UNSET:-$2y$05$oZcj/x}', '$2y$05$oZcj/x'],
    ['${UNSET:-$${SET}}', '$${SET}'],
    ['${SET:+$OTHER}', 'two'],
    ['no variables', 'no variables'],
  ])('%s', (text, expected) => {
    expect(run(text)).toMatchObject({ text: expected });
    expect(run(text).error).toBeUndefined();
  });

  it('names what is missing and where', () => {
    expect(run('a $UNSET ${ALSO}').missing).toMatchObject([
      { name: 'UNSET', offset: 2 },
      { name: 'ALSO', offset: 9 },
    ]);
    expect(run('${UNSET:-x}').missing).toEqual([]);
  });

  it('refuses a required variable with the message of the file, unfilled', () => {
    expect(run('x${EMPTY:?give $SET}').error).toEqual({
      kind: 'required',
      name: 'EMPTY',
      offset: 1,
      message: 'give $SET',
    });
    expect(run('${EMPTY?m}').error).toBeUndefined();
  });

  it.each(['$', 'a $1', '${SET', '${}', '${a.b}', '${SET!x}', '${UNSET:-${SET}', '$-'])(
    'refuses %s',
    (text) => {
      expect(run(text).error).toMatchObject({ kind: 'invalid', offset: text.indexOf('$') });
    },
  );

  it('does not fill in what a variable holds', () => {
    expect(interpolate('$A', () => '$B${C}').text).toBe('$B${C}');
  });

  it('never throws, and leaves escaped text as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', '?', 'A') }),
        (text) => {
          expect(typeof run(text).text).toBe('string');
          expect(run(text.replaceAll('$', '$$$$')).text).toBe(text);
        },
      ),
    );
  });
});
