import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { holdsText, replaceFile, tryDirectory } from './secret-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skep-secret-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a file is replaced, for its owner alone, and nothing is left beside it', async () => {
  const path = join(folder, 'a', 'b', 'token');
  await replaceFile(path, 'one');
  expect([modeOf(path), modeOf(join(folder, 'a', 'b'))]).toEqual([0o600, 0o700]);
  chmodSync(path, 0o644);
  await replaceFile(path, 'two');
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['two', 0o600]);
  expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['token']);
});

test('what is not the whole text in a plain file of mode 0600 does not hold it', async () => {
  const path = join(folder, 'token');
  expect(await holdsText(path, 'one')).toBe(false);
  await replaceFile(path, 'one');
  expect(await holdsText(path, 'one')).toBe(true);
  expect(await holdsText(path, 'two')).toBe(false);
  chmodSync(path, 0o640);
  expect(await holdsText(path, 'one')).toBe(false);
  chmodSync(path, 0o600);
  symlinkSync(path, join(folder, 'link'));
  expect(await holdsText(join(folder, 'link'), 'one')).toBe(false);
});

test('what a crash left, or somebody put in the way, is not written to', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'theirs');
  symlinkSync(other, join(folder, '.token.skep'));
  await replaceFile(join(folder, 'token'), 'one');
  expect(readFileSync(other, 'utf8')).toBe('theirs');
  expect(readdirSync(folder).toSorted()).toEqual(['other', 'token']);
});

test('a directory is tried without a trace, and what cannot be written says why', async () => {
  await tryDirectory(join(folder, 'token'));
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, 'file'), '');
  await expect(tryDirectory(join(folder, 'file', 'token'))).rejects.toThrow(/ENOTDIR|EEXIST/);
});
