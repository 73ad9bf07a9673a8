import { describe, expect, it } from 'vitest';
import { parseDotEnv, parseEnvFile } from './env-file.ts';

const none = () => undefined;

describe('parseEnvFile', () => {
  it('takes values as they are', () => {
    const text = '\uFEFFA=1 # no comment\n# comment\n\n  B="q"\nC=$A\nD=a=b\nE=\nF\nG=x \r\n';
    const { entries, problems } = parseEnvFile(text);
    expect(problems).toEqual([]);
    expect(Object.fromEntries(entries)).toEqual({
      A: '1 # no comment',
      B: '"q"',
      C: '$A',
      D: 'a=b',
      E: '',
      F: undefined,
      G: 'x ',
    });
    expect(entries.has('F')).toBe(true);
  });

  it('reports each wrong line and reads the others', () => {
    const { entries, problems } = parseEnvFile('A=1\n=x\nhunter 2=y\nB=2');
    expect([...entries.keys()]).toEqual(['A', 'B']);
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(JSON.stringify(problems)).not.toContain('hunter');
  });
});

describe('parseDotEnv', () => {
  it('takes off quotes, comments and export', () => {
    const text = 'A=a b # c\nexport B="x\\ny" # c\nC=\'$A\'\nD: d\n E = e \nF=a#b\nG=\nH\n';
    const { entries, problems } = parseDotEnv(text, none);
    expect(problems).toEqual([]);
    expect(Object.fromEntries(entries)).toEqual({
      A: 'a b',
      B: 'x\ny',
      C: '$A',
      D: 'd',
      E: 'e',
      F: 'a#b',
      G: '',
      H: undefined,
    });
  });

  it('reads quoted values over several lines', () => {
    const { entries } = parseDotEnv('KEY="-----BEGIN\nA=1\n-----END"\r\nB=\'x\ny\'\nC=3', none);
    expect(Object.fromEntries(entries)).toEqual({
      KEY: '-----BEGIN\nA=1\n-----END',
      B: 'x\ny',
      C: '3',
    });
  });

  it('fills in variables from outside first, then from the lines before', () => {
    const outside = new Map([['A', 'outside']]);
    const { entries } = parseDotEnv('A=1\nB=2\nC=$A-${B}-${X:-x}\nD="\\$A $B"', (n) =>
      outside.get(n),
    );
    expect(entries.get('C')).toBe('outside-2-x');
    expect(entries.get('D')).toBe('$A 2');
  });

  it('reports what is never closed, and goes on', () => {
    const { entries, problems } = parseDotEnv('A="x\nB=2\nC=${D', none);
    expect(problems.map(({ line }) => line)).toEqual([1, 3]);
    expect(Object.fromEntries(entries)).toEqual({ B: '2' });
  });

  it('stays fast with a file full of quotes', () => {
    const started = performance.now();
    parseDotEnv('A="\\\n'.repeat(20_000), none);
    parseDotEnv('A=\'\nB="\n'.repeat(20_000), none);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
