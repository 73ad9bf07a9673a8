import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from './format-diagnostic.ts';
import { Override, Reset } from './tags.ts';
import { parseYaml } from './yaml.ts';

function valueOf(text: string): unknown {
  const { value, diagnostics } = parseYaml(text, 'a.yaml');
  expect(diagnostics).toEqual([]);
  return value;
}

function firstError(text: string): string {
  const [first] = parseYaml(text, 'a.yaml').diagnostics;
  return first ? formatDiagnostic(first) : 'none';
}

describe('scalars as Docker reads them', () => {
  it.each([
    ['0440', 288],
    ['0o17', 15],
    ['0x1F', 31],
    ['0b101', 5],
    ['-010', -8],
    ['1_000', 1000],
    ['08', 8],
    ['1e3', 1000],
    ['1.10', 1.1],
    ['yes', 'yes'],
    ['off', 'off'],
    ['true', true],
    ['~', null],
    ['22:22', '22:22'],
    ['2020-01-01', '2020-01-01'],
    ['"0440"', '0440'],
    ['!!str 0440', '0440'],
    ['12345678901234567890', '12345678901234567890'],
  ])('%s', (text, value) => {
    expect(valueOf(`a: ${text}`)).toEqual({ a: value });
  });

  it('takes keys as they are written', () => {
    expect(valueOf('8080: a\nyes: b\n0644: c\ntrue: d\n"": e')).toEqual({
      '8080': 'a',
      yes: 'b',
      '0644': 'c',
      true: 'd',
      '': 'e',
    });
  });

  it('reads CRLF, a byte order mark and a missing last newline', () => {
    expect(valueOf('\uFEFFa: 1\r\nb: x')).toEqual({ a: 1, b: 'x' });
  });
});

describe('structure', () => {
  it('merges mappings: own keys first, then earlier sources', () => {
    const text = 'x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz: { c: 3, <<: [*x, *y] }';
    expect(valueOf(text)).toMatchObject({ z: { a: 1, b: 1, c: 3 } });
  });

  it('takes __proto__ as a key like any other', () => {
    const value = valueOf('__proto__: { polluted: true }') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('hands on !reset and !override', () => {
    expect(valueOf('a: !reset null\nb: !override [1]')).toEqual({
      a: new Reset(),
      b: new Override([1]),
    });
  });

  it('reads only the first document and says so', () => {
    const { value, diagnostics } = parseYaml('a: 1\n---\nb: 2\n', 'a.yaml');
    expect(value).toEqual({ a: 1 });
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'more-documents' }]);
  });
});

describe('places', () => {
  const text = [
    'x-base: &base',
    '  restart: any',
    'services:',
    '  web:',
    '    <<: *base',
    '    image: "a-$X-${Y}"',
    '    ports: [ 80, "81" ]',
    '    env: *base',
  ].join('\n');
  const yaml = parseYaml(text, 'a.yaml');
  const at = (line: number, column: number) => ({ file: 'a.yaml', line, column });

  it('finds keys and items', () => {
    expect(yaml.locate(['services', 'web', 'image'])).toEqual(at(6, 5));
    expect(yaml.locate(['services', 'web'])).toEqual(at(4, 3));
    expect(yaml.locate(['services', 'web', 'ports', 1])).toEqual(at(7, 18));
  });

  it('follows aliases and merges to the definition', () => {
    expect(yaml.locate(['services', 'web', 'restart'])).toEqual(at(2, 3));
    expect(yaml.locate(['services', 'web', 'env', 'restart'])).toEqual(at(2, 3));
  });

  it('finds a dollar within a text', () => {
    expect(yaml.locateDollar(['services', 'web', 'image'], 1)).toEqual(at(6, 18));
  });

  it('knows nothing of what is not there', () => {
    expect(yaml.locate(['services', 'db', 'image'])).toBeUndefined();
  });
});

describe('errors', () => {
  it.each([
    ['a:\n\t- b', 'a.yaml:2:1: error: A tab is used to indent.\n  Indent with spaces.'],
    ['a: 1\nb: "x\nc: 2\n', 'a.yaml:2:4: error: A " is opened and never closed.'],
    ["a: 'x\n", "a.yaml:1:4: error: A ' is opened and never closed."],
    ['a: [1, 2\nb: 3\n', 'a.yaml:1:4: error: A [ is opened and never closed.'],
    ['a: { b: 1\n', 'a.yaml:1:4: error: A { is opened and never closed.'],
    ['a:\n  - b\n c: d\n', 'a.yaml:3:1: error: The indentation does not fit'],
    ['a: b: c\n', 'a.yaml:1:4: error: A mapping starts in the middle of a line.'],
    ['abc\nb: 1\n', 'a.yaml:1:1: error: This line is neither "key: value" nor "- item".'],
    ['a: @b\n', 'a.yaml:1:4: error: A value cannot start with this character.'],
    ['a: "\\q"\n', 'a.yaml:1:5: error: This backslash sequence means nothing'],
    ['a: 1\nb: 1\na: 2\n', 'a.yaml:3:1: error: "a" is there twice, first in line 1.'],
    [
      'a: *b\n',
      'a.yaml:1:4: error: An alias (*) refers to an anchor (&) that is not defined before it.',
    ],
    ['a: &a [ *a ]\n', 'a.yaml:1:9: error: An alias (*) stands inside'],
    ['a: {{ x }}\n', 'a.yaml:1:5: error: A key must be a text'],
    ['a: 1\n<<<<<<< HEAD\nb: 1\n', 'a.yaml:2:1: error: A conflict of a merge is left'],
    ['<<: 3\n', 'a.yaml:1:1: error: "<<" takes a mapping'],
  ])('%j', (text, message) => {
    expect(firstError(text)).toContain(message);
  });

  it('reports the errors of all lines', () => {
    const lines = parseYaml('a: b: c\nd: @x\ne: [', 'a.yaml').diagnostics.map((d) => d.place?.line);
    expect(lines).toEqual([1, 2, 3]);
  });

  it('never quotes the text', () => {
    for (const value of [
      '|x hunter2\n  hunter2\nhunter2',
      '*hunter2',
      '!hunter2 x',
      '@hunter2',
      '"\\hunter2',
    ]) {
      const { diagnostics } = parseYaml(`password: ${value}`, 'a.yaml');
      expect(diagnostics).not.toEqual([]);
      expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
    }
  });
});

describe('hostile files', () => {
  it('refuses a bomb of aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 20; i++) {
      lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    }
    expect(firstError(lines.join('\n'))).toContain('Aliases repeat more than');
  });

  it('refuses deep nesting', () => {
    expect(firstError(`${'['.repeat(150)}${']'.repeat(150)}`)).toContain('nested more than');
    expect(firstError('['.repeat(50_000))).toContain('error');
    expect(firstError('- '.repeat(50_000))).toContain('nested too deep');
  });

  it('lets no number of findings hide an error', () => {
    const tags = Array.from({ length: 100 }, (_, i) => `k${i}: !x 1`).join('\n');
    const { diagnostics } = parseYaml(`${tags}\nk0: 1\n`, 'a.yaml');
    expect(diagnostics.filter(({ severity }) => severity === 'warning')).toHaveLength(50);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });

  it('never throws, and finds a place for every error', () => {
    const pieces = fc.constantFrom('a', ':', ' ', '\n', '- ', '&x ', '*x', '<<: ', '{', '}', '[');
    const more = fc.constantFrom(
      ']',
      '"',
      "'",
      '|',
      '>',
      '#',
      '? ',
      '!t ',
      ',',
      '\t',
      '---\n',
      '$',
    );
    const texts = fc.array(fc.oneof(pieces, more, fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (parts) => {
        const yaml = parseYaml(parts.join(''), 'a.yaml');
        expect(yaml.diagnostics.every(({ place }) => place && place.line > 0)).toBe(true);
        yaml.locate(['a', 0, 'x']);
      }),
      { numRuns: 500 },
    );
  });
});
