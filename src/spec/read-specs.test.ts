import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDiagnostic } from './format-diagnostic.ts';
import { readSpecs } from './read-specs.ts';
import type { ReadOptions } from './read-specs.ts';
import type { SpecSet } from './spec-set.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'skep-specs-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const web = 'services: { web: { image: nginx } }\n';

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function read(options: Partial<ReadOptions> = {}): Promise<SpecSet> {
  return readSpecs({ directory, environment: {}, ...options });
}

async function readFiles(
  files: Record<string, string | Uint8Array>,
  options: Partial<ReadOptions> = {},
): Promise<SpecSet> {
  await write(files);
  return read(options);
}

function texts({ diagnostics }: SpecSet): string[] {
  return diagnostics.map(formatDiagnostic);
}

function errorCodes({ diagnostics }: SpecSet): string[] {
  return diagnostics.flatMap(({ severity, code }) => (severity === 'error' ? code : []));
}

function names({ units }: SpecSet): string[] {
  return units.map(({ name }) => name);
}

function unit(set: SpecSet, name: string) {
  const found = set.units.find((one) => one.name === name);
  if (!found) throw new Error(`There is no unit ${name}: ${texts(set).join('\n')}`);
  return found;
}

describe('where stacks come from', () => {
  it('reads files, folders, entries and names; the rest is the cluster', async () => {
    const set = await readFiles({
      'cluster.yaml':
        'nodes: { n1: { role: worker } }\nstacks: { listed: { files: [_apps/a.yml, _apps/b.yml] } }\n',
      'more/networks.yml': 'networks: { backend: { driver: overlay } }\n',
      'stacks/one.yaml': web,
      'stacks/two/compose.yml': web,
      'stacks/two/prometheus.yml': 'global: {}\n',
      'stacks/two/rules/x.yaml': 'groups: []\n',
      'deep/er/shop.yml': `name: shop\n${web}`,
      '_apps/a.yml': web,
      '_apps/b.yml': 'services: { web: { image: nginx:2 }, db: { image: pg } }\n',
      '.git/config.yaml': '[[[',
      '_draft.yaml': '[[[',
      'notes.txt': '[[[',
    });
    expect(texts(set)).toEqual([]);
    expect(set.complete).toBe(true);
    expect(names(set)).toEqual(['cluster', 'listed', 'one', 'shop', 'two']);
    expect(unit(set, 'cluster').files).toEqual(['cluster.yaml', 'more/networks.yml']);
    expect(unit(set, 'cluster').cluster.nodes).toEqual({ n1: { role: 'worker' } });
    expect(Object.keys(unit(set, 'cluster').compose.networks)).toEqual(['backend']);
    expect(unit(set, 'listed').files).toEqual(['_apps/a.yml', '_apps/b.yml']);
    expect(unit(set, 'listed').directory).toBe(join(directory, '_apps'));
    expect(unit(set, 'listed').compose.services).toMatchObject({
      web: { image: 'nginx:2' },
      db: { image: 'pg' },
    });
    expect(unit(set, 'two').files).toEqual(['stacks/two/compose.yml']);
  });

  it('takes the main file of a folder in a fixed order', async () => {
    await write({
      'stacks/a/docker-compose.yaml': web,
      'stacks/a/compose.yml': web,
      'stacks/a/docker-stack.yml': web,
    });
    expect(unit(await read(), 'a').files).toEqual(['stacks/a/docker-stack.yml']);
    await write({ 'stacks/a/stack.yml': web, 'stacks/a/docker-stack.yaml': web });
    expect(unit(await read(), 'a').files).toEqual(['stacks/a/stack.yml']);
  });

  it('calls a stack what its file says, variables and all', async () => {
    const set = await readFiles(
      { 'stacks/a.yaml': `name: shop-\${STAGE}\n${web}` },
      { environment: { STAGE: 'live' } },
    );
    expect(names(set)).toEqual(['shop-live']);
  });

  it('gives a listed file to its stack alone, wherever it lies', async () => {
    const set = await readFiles({
      'cluster.yaml':
        'stacks: { shop: { files: [stacks/shop/compose.yaml, stacks/shop/prod.yaml] }, b: { files: [apps/b.yaml] } }\n',
      'stacks/shop/compose.yaml': web,
      'stacks/shop/prod.yaml': 'services: { web: { image: nginx:2 } }\n',
      'apps/b.yaml': web,
    });
    expect(texts(set)).toEqual([]);
    expect(names(set)).toEqual(['cluster', 'b', 'shop']);
    expect(unit(set, 'shop').files).toHaveLength(2);
    expect(unit(set, 'cluster').compose.services).toEqual({});
  });

  it('refuses a folder without a stack in it', async () => {
    const set = await readFiles({ 'stacks/a/prometheus.yml': 'x: 1', 'stacks/b.yaml': web });
    expect(errorCodes(set)).toEqual(['no-stack-file']);
    expect(set.broken).toEqual([{ name: 'a', files: [] }]);
    expect(names(set)).toEqual(['b']);
  });

  it.each(['-a', 'a.b', 'a b', 'ä', 'x'.repeat(63)])('refuses the name %j', async (name) => {
    const set = await readFiles({ [`stacks/${name}.yaml`]: web });
    expect(errorCodes(set)).toEqual(['invalid-stack-name']);
    expect(set.complete).toBe(false);
  });

  it('keeps the name "cluster" for the cluster', async () => {
    const set = await readFiles({ 'stacks/cluster.yaml': web, 'c.yaml': 'nodes: {}\n' });
    expect(errorCodes(set)).toEqual(['reserved-name']);
    expect(names(set)).toEqual(['cluster']);
    expect(set.broken).toEqual([]);
  });
});

describe('what must not be there twice', () => {
  it('names both places of a stack', async () => {
    const set = await readFiles({
      'stacks/a.yaml': web,
      'stacks/a/compose.yaml': web,
      'other.yaml': `name: b\n${web}`,
      'third.yaml': `${web}name: b\n`,
    });
    expect(texts(set)).toMatchObject([
      expect.stringContaining(
        'stacks/a.yaml:1:1: error: The stack "a" is already there in stacks/a/compose.yaml:1.',
      ),
      expect.stringContaining(
        'third.yaml:2:1: error: The stack "b" is already there in other.yaml:1.',
      ),
    ]);
    expect(set.units).toEqual([]);
    expect(set.broken.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('names both places of what cluster files say', async () => {
    const set = await readFiles({
      'a.yaml':
        'cluster: { autolock: true }\ntokens: { worker: { rotate: "0 0 * * *" } }\nnodes: { n: {} }\nnetworks: { x: {} }\n',
      'b.yaml':
        'cluster: { autolock: true }\ntokens: { worker: { rotate: "0 0 * * *" } }\nnodes: { n: {} }\nnetworks: { x: {} }\n',
    });
    expect(texts(set).map((text) => text.split('\n')[0])).toEqual([
      'b.yaml:1:12: error: "cluster.autolock" is already there in a.yaml:1.',
      'b.yaml:2:11: error: "tokens.worker" is already there in a.yaml:2.',
      'b.yaml:3:10: error: "nodes.n" is already there in a.yaml:3.',
      'b.yaml:4:13: error: "networks.x" is already there in a.yaml:4.',
    ]);
    expect(set.broken).toEqual([{ name: 'cluster', files: ['a.yaml', 'b.yaml'] }]);
  });

  it('refuses keys of the cluster in a stack', async () => {
    const set = await readFiles({ 'stacks/a.yaml': `${web}nodes: { n: { role: worker } }\n` });
    expect(errorCodes(set)).toEqual(['cluster-key-in-stack']);
  });
});

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
    expect(errorCodes(await read())).toEqual(['directory-empty']);
    expect((await readFiles({ 'readme.md': 'x' })).complete).toBe(false);
    const missing = await readSpecs({ directory: join(directory, 'no'), environment: {} });
    expect(missing).toMatchObject({ complete: false, units: [], broken: [] });
    expect(errorCodes(missing)).toEqual(['directory-missing']);
    const file = await readSpecs({ directory: join(directory, 'readme.md'), environment: {} });
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

describe('special files and links', () => {
  it('neither hangs on a pipe nor reads a folder', async () => {
    await write({
      'stacks/good.yaml': web,
      'stacks/dir.yaml/x.txt': '',
      'e.yaml/compose.yaml': web,
    });
    execFileSync('mkfifo', [join(directory, 'stacks/pipe.yaml'), join(directory, 'pipe.yml')]);
    const set = await read();
    expect(new Set(errorCodes(set))).toEqual(new Set(['not-a-file']));
    expect(names(set)).toEqual(['good']);
    expect(set.broken.map(({ name }) => name)).toEqual(['cluster', 'dir', 'pipe']);
  });

  it('follows a link as root and links that stay inside', async () => {
    await write({ 'real/..data/a.yaml': web, 'real/_shared/net.yaml': 'networks: { n: {} }\n' });
    await mkdir(join(directory, 'real/stacks'));
    await symlink('../..data/a.yaml', join(directory, 'real/stacks/a.yaml'));
    await symlink('_shared', join(directory, 'real/linked'));
    await symlink('real', join(directory, 'link'));
    const set = await read({ directory: join(directory, 'link') });
    expect(texts(set)).toEqual([]);
    expect(names(set)).toEqual(['cluster', 'a']);
    // A link that moves with every commit must not move the binds.
    expect(unit(set, 'a').directory).toBe(join(directory, 'link/stacks'));
  });

  it('refuses links that leave the directory, go in circles or lead nowhere', async () => {
    await write({ 'outside/x.yaml': web, 'in/stacks/good.yaml': web });
    await symlink('../../outside/x.yaml', join(directory, 'in/stacks/x.yaml'));
    await symlink('../outside', join(directory, 'in/folder'));
    await symlink('..', join(directory, 'in/stacks/_up'));
    await symlink('.', join(directory, 'in/loop'));
    await symlink('nowhere', join(directory, 'in/stacks/gone.yaml'));
    await symlink('self.yaml', join(directory, 'in/stacks/self.yaml'));
    const set = await read({ directory: join(directory, 'in') });
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
    await write({ 'stacks/a.yaml': web, 'stacks/b.yaml': web });
    await chmod(join(directory, 'stacks/a.yaml'), 0);
    expect(errorCodes(await read())).toEqual(['file-unreadable']);
  });
});

describe('variables', () => {
  it('takes .env, then env_file of the stack, then the environment', async () => {
    const files = {
      'cluster.yaml': 'stacks: { a: { files: [_a/c.yaml], env_file: _a/prod.env } }\n',
      '_a/c.yaml': 'services: { web: { image: "$A-$B-$C" } }\n',
      '_a/.env': 'A=1\nB=1\nC=1\n',
      '_a/prod.env': 'B=2\nC="$B"\n',
    };
    const set = await readFiles(files, { environment: { C: '3' } });
    expect(unit(set, 'a').compose.services['web']?.image).toBe('1-2-3');
    expect(unit(set, 'a').variables).toMatchObject({ A: '1', B: '2', C: '3' });
  });

  it('warns of a missing one and refuses a required one, at its column', async () => {
    const set = await readFiles({
      'stacks/a.yaml':
        'services:\n  web:\n    image: "x${TAG}"\n    hostname: ${HOST:?say which}\n',
    });
    expect(texts(set)).toEqual([
      'stacks/a.yaml:3:14: warning: The variable "TAG" is not set and becomes empty.\n  Set it, or write a default: ${TAG:-default}.',
      'stacks/a.yaml:4:15: error: The variable "HOST" is required: say which\n  Set HOST in the environment or in the ".env" beside the file.',
    ]);
  });

  it('leaves x- sections alone', async () => {
    const set = await readFiles({ 'stacks/a.yaml': `x-note: "costs $ 5"\n${web}` });
    expect(texts(set)).toEqual([]);
  });

  it('never shows a value', async () => {
    const set = await readFiles(
      {
        'stacks/a.yaml':
          'services: { web: { image: nginx, stop_grace_period: "$S", nope: "$S" } }\n',
      },
      { environment: { S: 'hunter2' } },
    );
    expect(errorCodes(set)).not.toEqual([]);
    expect(JSON.stringify(set.diagnostics)).not.toContain('hunter2');
  });
});

describe('files that files name', () => {
  it('folds env files and label files below what the service says', async () => {
    const set = await readFiles(
      {
        'stacks/a/compose.yaml':
          'services:\n  web:\n    image: nginx\n    env_file: [a.env, { path: b.env }, { path: no.env, required: false }]\n    label_file: l.env\n    environment: { C: own }\n    labels: { y: own }\n',
        'stacks/a/a.env': 'A="1"\nB=1\nC=1\nHOST\nNONE\n',
        'stacks/a/b.env': 'B=$2\n',
        'stacks/a/l.env': 'x=1\ny=1\n',
      },
      { environment: { HOST: 'h' } },
    );
    expect(texts(set)).toEqual([]);
    expect(unit(set, 'a').compose.services['web']).toMatchObject({
      environment: { A: '"1"', B: '$2', C: 'own', HOST: 'h' },
      labels: { x: '1', y: 'own' },
    });
  });

  it('reads configs and secrets, and refuses those outside of the directory', async () => {
    await write({ 'secret.txt': 'hunter2' });
    await mkdir(join(directory, 'in/stacks'), { recursive: true });
    await symlink('../../../secret.txt', join(directory, 'in/stacks/link.txt')).catch(() => {});
    await symlink('../../secret.txt', join(directory, 'in/stacks/leak.txt'));
    const configs = (text: string) => `services: {}\nconfigs:\n${text}`;
    await write({
      'in/stacks/good.yaml': configs('  a: { file: ./a.bin }\n  b: { external: true }\n'),
      'in/stacks/a.bin': Uint8Array.from([0, 255, 1]),
      'in/stacks/bad.yaml': configs(
        '  a: { file: ./no.txt }\n  b: { file: ../../secret.txt }\n  c: { file: ./leak.txt }\n  d: { file: /etc/hostname }\n',
      ),
    });
    const set = await read({ directory: join(directory, 'in') });
    expect([...unit(set, 'good').sideFiles]).toEqual([['./a.bin', Buffer.from([0, 255, 1])]]);
    expect(set.diagnostics.map(({ code, place }) => [code, place?.line])).toEqual([
      ['file-missing', 3],
      ['outside-directory', 4],
      ['outside-directory', 5],
      ['outside-directory', 6],
    ]);
    expect(JSON.stringify(set.diagnostics)).not.toContain('hunter2');
  });

  it('decrypts what it reads', async () => {
    const set = await readFiles(
      { 'stacks/a.yaml': 'services: {}\nsecrets: { s: { file: s.enc } }\n', 'stacks/s.enc': 'abc' },
      {
        decrypt: async (file, bytes) =>
          file.endsWith('.enc') ? Buffer.from(bytes.toString().toUpperCase()) : bytes,
      },
    );
    expect(unit(set, 'a').sideFiles.get('s.enc')?.toString()).toBe('ABC');
    const failed = await read({
      decrypt: async (file, bytes) => {
        if (file.endsWith('.enc')) throw new Error('no key fits');
        return bytes;
      },
    });
    expect(texts(failed)[0]).toContain('"stacks/s.enc" cannot be decrypted: no key fits');
  });
});

describe('extends', () => {
  it('lays a service over another, through files and folders', async () => {
    const set = await readFiles({
      'stacks/a/compose.yaml':
        'services:\n  web:\n    extends: { file: ../../_base/b.yaml, service: mid }\n    environment: { A: own }\n  more: { extends: web, hostname: h }\n',
      '_base/b.yaml':
        'services:\n  mid: { extends: { service: low }, environment: { A: mid, B: mid }, volumes: ["./data:/data"] }\n  low: { image: nginx, environment: { A: low, C: low } }\n',
    });
    expect(texts(set)).toEqual([]);
    const { web, more } = unit(set, 'a').compose.services;
    expect(web).toMatchObject({ image: 'nginx', environment: { A: 'own', B: 'mid', C: 'low' } });
    expect(web?.volumes?.[0]?.source).toBe('../../_base/data');
    expect(more).toMatchObject({ image: 'nginx', hostname: 'h' });
    expect(Object.keys(unit(set, 'a').compose.services)).toEqual(['web', 'more']);
  });

  it('names the chain of a circle', async () => {
    const set = await readFiles({
      'stacks/a.yaml':
        'services:\n  x: { extends: { service: y }, image: i }\n  y: { extends: { file: _b.yaml, service: z }, image: i }\n',
      'stacks/_b.yaml': 'services: { z: { extends: { file: a.yaml, service: x }, image: i } }\n',
    });
    expect(texts(set)[0]).toContain(
      'stacks/a.yaml: x → stacks/a.yaml: y → stacks/_b.yaml: z → stacks/a.yaml: x',
    );
    expect(set.broken.map(({ name }) => name)).toEqual(['a']);
  });

  it('reports a missing service and a missing file where they are named', async () => {
    const set = await readFiles({
      'stacks/a.yaml':
        'services:\n  x: { image: i, extends: { service: no } }\n  y: { image: i, extends: { file: no.yaml, service: z } }\n',
    });
    expect(set.diagnostics.map(({ code, place }) => [code, place?.line])).toEqual([
      ['extends-missing', 2],
      ['file-missing', 3],
    ]);
  });
});

describe('include', () => {
  it('adds files with their own paths and variables', async () => {
    const set = await readFiles({
      'stacks/a/compose.yaml':
        'include:\n  - sub/db.yaml\n  - path: [../../_lib/c.yaml, over.yaml]\n    env_file: lib.env\nservices: { web: { image: "nginx:$TAG" } }\n',
      'stacks/a/.env': 'TAG=1\n',
      'stacks/a/lib.env': 'LIB=env\nTAG=9\n',
      'stacks/a/over.yaml': 'services: { lib: { hostname: over } }\n',
      'stacks/a/sub/db.yaml':
        'services: { db: { image: "pg:$TAG-$SUB", volumes: ["./d:/d"] } }\nconfigs: { c: { file: c.txt } }\n',
      'stacks/a/sub/.env': 'SUB=sub\n',
      'stacks/a/sub/c.txt': 'c',
      '_lib/c.yaml': 'services: { lib: { image: "lib:$LIB-$TAG" } }\n',
    });
    expect(texts(set)).toEqual([]);
    const { compose, sideFiles } = unit(set, 'a');
    expect(compose.services).toMatchObject({
      web: { image: 'nginx:1' },
      db: { image: 'pg:1-sub', volumes: [{ source: './sub/d' }] },
      lib: { image: 'lib:env-1', hostname: 'over' },
    });
    expect(sideFiles.get('./sub/c.txt')?.toString()).toBe('c');
  });

  it('refuses circles, conflicts and cluster files', async () => {
    const set = await readFiles({
      'stacks/a.yaml': 'include: [_b.yaml]\nservices: {}\n',
      'stacks/_b.yaml': 'include: [a.yaml]\nservices: {}\n',
      'stacks/c.yaml': `include: [_d.yaml]\n${web}`,
      'stacks/_d.yaml': 'services: { web: { image: other } }\n',
      'stacks/e.yaml': 'include: [../cluster.yaml]\nservices: {}\n',
      'cluster.yaml': web,
    });
    expect(errorCodes(set).sort()).toEqual(['include-conflict', 'include-cycle', 'included-spec']);
  });
});

describe('profiles', () => {
  it('leaves out services of profiles that are not active', async () => {
    await write({
      'stacks/a.yaml':
        'services: { web: { image: i }, debug: { image: i, profiles: [dev, test] } }\n',
    });
    const services = async (profiles?: string[]) =>
      Object.keys(unit(await read(profiles ? { profiles } : {}), 'a').compose.services);
    expect(await services()).toEqual(['web']);
    expect(await services(['test'])).toEqual(['web', 'debug']);
    expect(await services(['*'])).toEqual(['web', 'debug']);
  });
});

describe('revision', () => {
  const files = {
    'stacks/a.yaml':
      'services: { web: { image: "nginx:$TAG", env_file: w.env } }\nconfigs: { c: { file: c.txt } }\n',
    'stacks/w.env': 'A=1\n',
    'stacks/c.txt': 'c',
    'stacks/b.yaml': web,
  };
  const revisions = async (environment: Record<string, string> = { TAG: '1' }) => {
    const set = await read({ environment });
    return { a: unit(set, 'a').revision, b: unit(set, 'b').revision };
  };

  it('changes with every input of the unit and with nothing else', async () => {
    await write(files);
    const first = await revisions();
    expect(first.a).toMatch(/^[0-9a-f]{64}$/);
    expect(await revisions({ TAG: '1', OTHER: 'x' })).toEqual(first);
    expect((await revisions({ TAG: '2' })).b).toBe(first.b);
    const seen = new Set([first.a, (await revisions({ TAG: '2' })).a]);
    for (const path of ['stacks/a.yaml', 'stacks/w.env', 'stacks/c.txt', 'stacks/.env']) {
      await write({ [path]: `${files[path as keyof typeof files] ?? ''}\n# changed\n` });
      seen.add((await revisions()).a);
    }
    expect(seen.size).toBe(6);
  });

  it('is the same wherever the directory lies', async () => {
    await write(files);
    const first = await revisions();
    await rename(directory, `${directory}-moved`);
    directory = `${directory}-moved`;
    expect(await revisions()).toEqual(first);
  });
});

describe('overlay', () => {
  it('lays proposed texts over the directory', async () => {
    await write({ 'stacks/a.yaml': web });
    const overlay = {
      'stacks/a.yaml': 'services: { web: { image: new } }\nconfigs: { c: { file: c.txt } }\n',
      'stacks/c.txt': 'proposed',
      './stacks/b/compose.yaml': web,
    };
    const set = await read({ overlay });
    expect(names(set)).toEqual(['a', 'b']);
    expect(unit(set, 'a').compose.services['web']?.image).toBe('new');
    expect(unit(set, 'a').sideFiles.get('c.txt')?.toString()).toBe('proposed');
  });
});

describe('places of a unit', () => {
  it('finds a path in the last file that has it', async () => {
    const set = await readFiles({
      'cluster.yaml': 'stacks: { a: { files: [_a.yaml, _b.yaml] } }\n',
      '_a.yaml': 'services:\n  web:\n    image: a\n    hostname: h\n',
      '_b.yaml': 'services:\n  web:\n    image: b\n',
    });
    const found = unit(set, 'a');
    expect(found.locate(['services', 'web', 'image'])).toMatchObject({ file: '_b.yaml', line: 3 });
    expect(found.locate(['services', 'web', 'hostname'])).toMatchObject({
      file: '_a.yaml',
      line: 4,
    });
    expect(found.locate(['services', 'web', 'nope'])).toMatchObject({ file: '_b.yaml', line: 2 });
  });
});
