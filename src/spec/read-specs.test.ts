import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpecs } from './read-specs.ts';
import {
  eachTestsDirectory,
  errorCodes,
  names,
  readFiles,
  texts,
  web,
} from './spec-directory.fixture.ts';

const directory = eachTestsDirectory();

describe('broken files', () => {
  it('reports all errors of all files and reads the other units', async () => {
    const set = await readFiles({
      'cluster.yaml': 'nodes:\n\tn: {}\n',
      'more.yaml': 'nodez: {}\n',
      'stacks/bad.yaml': 'services:\n  web:\n    image: "x\n',
      'stacks/worse.yaml': 'services:\n  web:\n    imgae: x\n    ports: ["${!}"]\n',
      'stacks/good.yaml': web,
    });
    expect(texts(set).map((text) => /^[^ ]*: error/.exec(text)?.[0])).toEqual([
      'cluster.yaml:2:1: error',
      'more.yaml:1:1: error',
      'stacks/bad.yaml:3:12: error',
      'stacks/worse.yaml:2:3: error',
      expect.stringMatching(/^stacks.worse.yaml:3:/),
      'stacks/worse.yaml:4:14: error',
    ]);
    expect(set.diagnostics.map((found) => found.unit)).toEqual([
      'cluster',
      'cluster',
      'bad',
      'worse',
      'worse',
      'worse',
    ]);
    expect(names(set)).toEqual(['good']);
    expect(set.broken).toEqual([
      { name: 'cluster', files: ['cluster.yaml', 'more.yaml'] },
      { name: 'bad', files: ['stacks/bad.yaml'] },
      { name: 'worse', files: ['stacks/worse.yaml'] },
    ]);
    expect(set.complete).toBe(false);
  });

  it.each([
    ['empty-file', ''],
    ['empty-file', '# all commented out\n'],
    ['empty-file', '---\n---\nservices: {}\n'],
    ['not-text', Uint8Array.from([0x61, 0x00, 0x62])],
    ['not-text', Uint8Array.from([0x61, 0xff, 0xfe])],
    ['file-too-large', `${web}# ${'x'.repeat(1024 * 1024)}`],
  ])('%s', async (code, content) => {
    const set = await readFiles({ 'stacks/a.yaml': content, 'stacks/b.yaml': web });
    expect(errorCodes(set)).toEqual([code]);
    expect(set.broken).toEqual([{ name: 'a', files: ['stacks/a.yaml'] }]);
    expect(names(set)).toEqual(['b']);
  });

  it('reads UTF-16 with its mark', async () => {
    const text = Buffer.from(`\uFEFF${web}`, 'utf16le');
    expect(names(await readFiles({ 'stacks/a.yaml': text }))).toEqual(['a']);
  });

  it('never takes an absent or an empty directory for a wish for nothing', async () => {
    expect(errorCodes(await directory.read())).toEqual(['directory-empty']);
    expect((await readFiles({ 'readme.md': 'x' })).complete).toBe(false);
    const missing = await readSpecs({ directory: join(directory.path, 'no'), environment: {} });
    expect(missing).toMatchObject({ complete: false, units: [], broken: [] });
    expect(errorCodes(missing)).toEqual(['directory-missing']);
    const file = await readSpecs({ directory: join(directory.path, 'readme.md'), environment: {} });
    expect(file.complete).toBe(false);
  });

  it('takes an explicit nothing', async () => {
    const set = await readFiles({ 'a.yaml': 'services: {}\n' });
    expect(set.complete).toBe(true);
  });

  it('never throws, whatever the bytes', { timeout: 60_000 }, async () => {
    const keys = fc.constantFrom('services', 'web', 'image', 'ports', 'deploy', 'name', 'stacks');
    const more = fc.constantFrom(
      'include',
      'extends',
      'env_file',
      'configs',
      'file',
      'x-skep',
      'nodes',
    );
    const values = fc.constantFrom(
      ': ',
      '\n  ',
      '\n    ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '$X',
      '!reset ',
    );
    const words = fc.array(fc.oneof(keys, more, values, fc.string({ maxLength: 3 })), {
      maxLength: 30,
    });
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      words.map((parts) => new TextEncoder().encode(parts.join(''))),
      fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify({ services: value }))),
    );
    await fc.assert(
      fc.asyncProperty(content, content, async (stack, cluster) => {
        const set = await readFiles({
          'stacks/a.yaml': stack,
          'c.yaml': cluster,
          'stacks/b.yaml': web,
        });
        expect(set.units.length + set.broken.length).toBeGreaterThan(0);
        expect(set.complete).toBe(errorCodes(set).length === 0);
      }),
      { numRuns: 300 },
    );
  });
});
