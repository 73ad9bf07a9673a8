import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  eachTestsDirectory,
  errorCodes,
  names,
  texts,
  unit,
  web,
} from './spec-directory.fixture.ts';

const directory = eachTestsDirectory();

describe('special files and links', () => {
  it('neither hangs on a pipe nor reads a folder', async () => {
    await directory.write({
      'stacks/good.yaml': web,
      'stacks/dir.yaml/x.txt': '',
      'e.yaml/compose.yaml': web,
    });
    execFileSync('mkfifo', [
      join(directory.path, 'stacks/pipe.yaml'),
      join(directory.path, 'pipe.yml'),
    ]);
    const set = await directory.read();
    expect(new Set(errorCodes(set))).toEqual(new Set(['not-a-file']));
    expect(names(set)).toEqual(['good']);
    expect(set.broken.map(({ name }) => name)).toEqual(['cluster', 'dir', 'pipe']);
  });

  it('follows a link as root and links that stay inside', async () => {
    await directory.write({
      'real/..data/a.yaml': web,
      'real/_shared/net.yaml': 'networks: { n: {} }\n',
    });
    await mkdir(join(directory.path, 'real/stacks'));
    await symlink('../..data/a.yaml', join(directory.path, 'real/stacks/a.yaml'));
    await symlink('_shared', join(directory.path, 'real/linked'));
    await symlink('real', join(directory.path, 'link'));
    const set = await directory.read({ directory: join(directory.path, 'link') });
    expect(texts(set)).toEqual([]);
    expect(names(set)).toEqual(['cluster', 'a']);
    // A link that moves with every commit must not move the binds.
    expect(unit(set, 'a').directory).toBe(join(directory.path, 'link/stacks'));
  });

  it('refuses links that leave the directory, go in circles or lead nowhere', async () => {
    await directory.write({ 'outside/x.yaml': web, 'in/stacks/good.yaml': web });
    await symlink('../../outside/x.yaml', join(directory.path, 'in/stacks/x.yaml'));
    await symlink('../outside', join(directory.path, 'in/folder'));
    await symlink('..', join(directory.path, 'in/stacks/_up'));
    await symlink('.', join(directory.path, 'in/loop'));
    await symlink('nowhere', join(directory.path, 'in/stacks/gone.yaml'));
    await symlink('self.yaml', join(directory.path, 'in/stacks/self.yaml'));
    const set = await directory.read({ directory: join(directory.path, 'in') });
    expect(errorCodes(set).sort()).toEqual([
      'file-missing',
      'file-unreadable',
      'outside-directory',
      'outside-directory',
      'symlink-loop',
    ]);
    expect(names(set)).toEqual(['good']);
  });

  it.skipIf(process.getuid?.() === 0)('reports what it may not read', async () => {
    await directory.write({ 'stacks/a.yaml': web, 'stacks/b.yaml': web });
    await chmod(join(directory.path, 'stacks/a.yaml'), 0);
    expect(errorCodes(await directory.read())).toEqual(['file-unreadable']);
  });
});

describe('overlay', () => {
  it('refuses more files than anybody has', async () => {
    const paths = Array.from({ length: 5001 }, (_, index) => [`stacks/s${index}.yaml`, '']);
    const set = await directory.read({ overlay: Object.fromEntries(paths) });
    expect(errorCodes(set)).toContain('too-many-files');
  });

  it('lays proposed texts over the directory', async () => {
    await directory.write({ 'stacks/a.yaml': web });
    const overlay = {
      'stacks/a.yaml': 'services: { web: { image: new } }\nconfigs: { c: { file: c.txt } }\n',
      'stacks/c.txt': 'proposed',
      './stacks/b/compose.yaml': web,
    };
    const set = await directory.read({ overlay });
    expect(names(set)).toEqual(['a', 'b']);
    expect(unit(set, 'a').compose.services['web']?.image).toBe('new');
    expect(unit(set, 'a').sideFiles.get('c.txt')?.toString()).toBe('proposed');
  });
});
