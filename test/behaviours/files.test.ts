import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { eventually } from '../harness/await.ts';
import { command } from '../harness/command.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;
let proxy: RecordingProxy;
let skep: RunningSkep;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
  proxy = await RecordingProxy.start(swarm.node('m1').host);
});

beforeEach(async () => {
  skep = await RunningSkep.start(proxy.host, {
    'stacks/shop.yaml': stack('green'),
    'stacks/other.yaml': stack('green'),
  });
  await skep.ready(['shop', 'other']);
  proxy.requests.length = 0;
});

afterEach(async () => {
  await skep?.[Symbol.asyncDispose]();
  await ground.clear();
});

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await swarm?.dispose();
});

/** A stack that is there at once: no task has to start. */
const stack = (colour: string) => `
services:
  web:
    image: ${lab.workload}
    labels: { colour: ${colour} }
    deploy: { replicas: 0, labels: { colour: ${colour} } }
`;

async function colour(name: string): Promise<string | undefined> {
  return (await ground.service(`${name}_web`))?.Spec.Labels?.['colour'];
}

async function becomes(wanted: string, name = 'shop'): Promise<void> {
  await eventually(async () => (await colour(name)) === wanted, {
    what: `${name} in ${wanted}`,
    within: 10_000,
  });
}

const at = (...path: string[]) => join(skep.settings.desired, ...path);
const updates = () => proxy.writes().map(({ path }) => path.split('?')[0]);

describe('a new version is noticed', () => {
  test('that an editor saves under another name first', async () => {
    await writeFile(at('stacks/.shop.yaml.swp'), 'services: {');
    await writeFile(at('stacks/shop.yaml~'), stack('blue'));
    await rename(at('stacks/shop.yaml~'), at('stacks/shop.yaml'));
    await becomes('blue');
    await skep.ready(['shop', 'other']);
    expect(updates()).toHaveLength(1);
    expect(skep.operator.status().diagnostics).toEqual([]);
  });

  test('that git checks out, and the old one when it goes back', async () => {
    const git = async (...args: string[]) => {
      const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
      const all = ['-C', skep.settings.desired, ...who, ...args];
      return await command('git', all, { within: 30_000 });
    };
    await git('init', '-q', '-b', 'main');
    await git('add', '.');
    await git('commit', '-q', '-m', 'green');
    await git('checkout', '-q', '-b', 'next');
    await skep.write('stacks/shop.yaml', stack('blue'));
    await skep.write('stacks/more.yaml', stack('blue'));
    await git('add', '.');
    await git('commit', '-q', '-m', 'blue');
    await becomes('blue');
    await becomes('blue', 'more');
    await skep.ready(['shop', 'more', 'other']);
    await git('checkout', '-q', 'main');
    await becomes('green');
    await eventually(() => skep.unit('more')?.files.length === 0, {
      what: 'the stack gone from the files',
      within: 10_000,
    });
    await git('checkout', '-q', 'next');
    await becomes('blue');
    await becomes('blue', 'more');
  });

  test('when the directory is a symlink that is swapped, twice', async () => {
    for (const [name, colour] of [
      ['v1', 'red'],
      ['v2', 'blue'],
    ] as const) {
      const version = join(skep.directory, name);
      await mkdir(join(version, 'stacks'), { recursive: true });
      await writeFile(join(version, 'stacks/shop.yaml'), stack(colour));
      await writeFile(join(version, 'stacks/other.yaml'), stack('green'));
      await symlink(version, join(skep.directory, 'next'));
      // The first swap takes the place of the folder itself.
      if (name === 'v1') await rename(skep.settings.desired, join(skep.directory, 'v0'));
      await rename(join(skep.directory, 'next'), skep.settings.desired);
      await becomes(colour);
    }
    await writeFile(join(skep.directory, 'v2/stacks/shop.yaml'), stack('white'));
    await becomes('white');
    await skep.ready(['shop', 'other']);
    expect(await colour('other')).toBe('green');
  });
});

test('all mistakes are shown at once, each with its place and a remedy, while other units go on', async () => {
  await skep.write(
    'stacks/shop.yaml',
    stack('blue').replace('labels:', 'lables:') + '    ports: [ "99999:80" ]\n    scale: many\n',
  );
  await skep.write('stacks/third.yaml', 'services:\n  a: { image: x\n');
  await skep.write('stacks/other.yaml', stack('blue'));
  await becomes('blue', 'other');
  const errors = () =>
    skep.operator.status().diagnostics.filter(({ severity }) => severity === 'error');
  await eventually(() => errors().length === 4, { what: 'four mistakes', within: 10_000 });
  const mistakes = errors();
  const shown = mistakes.map(({ place, remedy }) => {
    expect(remedy).toBeTruthy();
    return `${place?.file}:${place?.line}`;
  });
  expect(shown).toEqual([
    'stacks/shop.yaml:5',
    'stacks/shop.yaml:7',
    'stacks/shop.yaml:8',
    expect.stringMatching(/^stacks\/third\.yaml:[23]$/),
  ]);
  expect(mistakes[0]?.message).toContain('lables');
  expect(mistakes[0]?.remedy).toContain('labels');
  expect(skep.unit('shop')?.outcome).toMatchObject({ result: 'stalled', reason: 'InvalidFiles' });
  expect(JSON.stringify(skep.unit('shop')?.conditions)).toMatch(/stacks\/shop\.yaml:5:5: /);
  await swarm.docker(['service', 'update', '-d', '--label-add', 'colour=red', 'shop_web']);
  await becomes('green');
});

describe('a file that is no good is said to be so, stops nothing else and takes nothing away:', () => {
  const bomb = `a: &a [x]\n${Array.from('bcdefghijk')
    .map(
      (letter, index) =>
        `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`,
    )
    .join('\n')}\nservices: { web: { image: x, command: *k } }\n`;
  const cases: [string, string | Buffer, RegExp][] = [
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0xff, 0xfe]), /no UTF-8 text/],
    ['a YAML bomb', bomb, /^Aliases repeat more than 50000 values/],
    ['more than a mebibyte', `# ${'x'.repeat(1_100_000)}\n`, /more than 1 MiB/],
    ['a list', '- a\n- b\n', /^The file is no mapping/],
    ['empty', '', /is empty\.$/],
  ];

  test.each(cases)('%s', async (_, content, message) => {
    await writeFile(at('stacks/shop.yaml'), content);
    await skep.write('stacks/other.yaml', stack('blue'));
    await becomes('blue', 'other');
    await eventually(
      () => skep.operator.status().diagnostics.some((found) => message.test(found.message)),
      { what: 'the message', within: 10_000 },
    );
    expect(skep.unit('shop')?.outcome?.result).toBe('stalled');
    await skep.operator.reconcile({ by: 'test', wait: true });
    expect(await colour('shop')).toBe('green');
    expect(skep.operator.status().desired.complete).toBe(false);
  });

  test('a folder in its place, links that lead outside or nowhere', async () => {
    await rm(at('stacks/shop.yaml'));
    await mkdir(at('stacks/shop.yaml'));
    await symlink('/etc/passwd', at('stacks/outside.yaml'));
    await symlink('loop.yaml', at('stacks/loop.yaml'));
    await eventually(
      () => {
        const text = JSON.stringify(skep.operator.status().diagnostics);
        return (
          /shop\.yaml.*is a folder/.test(text) &&
          text.includes('outside of the desired') &&
          text.includes('leads to itself')
        );
      },
      { what: 'the messages', within: 10_000 },
    );
    await skep.operator.reconcile({ by: 'test', wait: true });
    expect(await colour('shop')).toBe('green');
  });
});

test('a file of half a megabyte is read like any other', async () => {
  const many = Array.from(
    { length: 5_000 },
    (_, index) => `      KEY_${index}: "${'v'.repeat(80)}"\n`,
  );
  const large = `${stack('blue')}    environment:\n${many.join('')}`;
  expect(large.length).toBeGreaterThan(480_000);
  await skep.write('stacks/shop.yaml', large);
  await becomes('blue');
  await skep.ready(['shop']);
});
