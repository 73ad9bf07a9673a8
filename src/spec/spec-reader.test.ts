import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { specReader } from './spec-reader.ts';

/** Later than any change: what is on the disk has settled. */
const later = () => Date.now() + 1000;

function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-reader-'));
  mkdirSync(join(directory, 'stacks', 'web'), { recursive: true });
  writeFileSync(
    join(directory, 'stacks', 'web', 'stack.yaml'),
    'services: { a: { image: nginx } }\nconfigs: { c: { file: ./c.txt } }\n',
  );
  writeFileSync(join(directory, 'stacks', 'web', 'c.txt'), 'one');
  return directory;
}

test('a directory that did not change is not read again', async () => {
  const read = specReader({ directory: aDirectory(), environment: {} }, later);
  const first = await read();
  expect(first.units.map(({ name }) => name)).toEqual(['web']);
  expect(await read()).toBe(first);
});

test.each<[string, (stack: string) => void]>([
  [
    'a file of another content and the same size and time',
    (stack) => {
      writeFileSync(join(stack, 'c.txt'), 'two');
      utimesSync(join(stack, 'c.txt'), 0, 0);
    },
  ],
  [
    'a file that another one was moved over',
    (stack) => {
      writeFileSync(join(stack, '.c.tmp'), 'two');
      renameSync(join(stack, '.c.tmp'), join(stack, 'c.txt'));
    },
  ],
  ['a new file of variables', (stack) => writeFileSync(join(stack, '.env'), 'A=1')],
  ['a new stack', (stack) => writeFileSync(join(stack, '..', 'b.yaml'), 'services: {}')],
])('%s is noticed', async (_, change) => {
  const directory = aDirectory();
  const read = specReader({ directory, environment: {} }, later);
  const first = await read();
  change(join(directory, 'stacks', 'web'));
  expect(await read()).not.toBe(first);
});

test('a root that points elsewhere now is noticed', async () => {
  const [a, b] = [aDirectory(), aDirectory()];
  const root = join(mkdtempSync(join(tmpdir(), 'skep-root-')), 'desired');
  symlinkSync(a, root);
  const read = specReader({ directory: root, environment: {} }, later);
  const first = await read();
  symlinkSync(b, `${root}.new`);
  renameSync(`${root}.new`, root);
  expect(await read()).not.toBe(first);
});

test('what is too young to be told from the next change is read again', async () => {
  const read = specReader({ directory: aDirectory(), environment: {} }, Date.now);
  expect(await read()).not.toBe(await read());
});

test('a proposal is read for itself', async () => {
  const read = specReader({ directory: aDirectory(), environment: {} }, later);
  const first = await read();
  const proposed = await read({ 'stacks/new.yaml': 'services: { b: { image: nginx } }' });
  expect(proposed.units.map(({ name }) => name)).toEqual(['new', 'web']);
  expect(await read()).toBe(first);
});

test('a directory that is not there is said each time', async () => {
  const read = specReader({ directory: '/nonexistent/desired', environment: {} }, later);
  expect((await read()).complete).toBe(false);
  expect((await read()).diagnostics[0]?.code).toBe('directory-missing');
});
