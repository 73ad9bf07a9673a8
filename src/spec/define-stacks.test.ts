import { describe, expect, it } from 'vitest';
import {
  eachTestsDirectory,
  errorCodes,
  names,
  readFiles,
  texts,
  unit,
  web,
} from './spec-directory.fixture.ts';

const directory = eachTestsDirectory();

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
    expect(unit(set, 'listed').directory).toMatch(/\/_apps$/);
    expect(unit(set, 'listed').compose.services).toMatchObject({
      web: { image: 'nginx:2' },
      db: { image: 'pg' },
    });
    expect(unit(set, 'two').files).toEqual(['stacks/two/compose.yml']);
  });

  it('takes the main file of a folder in a fixed order', async () => {
    await directory.write({
      'stacks/a/docker-compose.yaml': web,
      'stacks/a/compose.yml': web,
      'stacks/a/docker-stack.yml': web,
    });
    expect(unit(await directory.read(), 'a').files).toEqual(['stacks/a/docker-stack.yml']);
    await directory.write({ 'stacks/a/stack.yml': web, 'stacks/a/docker-stack.yaml': web });
    expect(unit(await directory.read(), 'a').files).toEqual(['stacks/a/stack.yml']);
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

  it('refuses an empty list of files', async () => {
    const set = await readFiles({ 'cluster.yaml': 'stacks: { a: { files: [] } }\n' });
    expect(set.complete).toBe(false);
    expect(names(set)).not.toContain('a');
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
