import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { ageIdentities } from '../../src/spec/sops/data-key.ts';
import { decryptFile } from '../../src/spec/sops/decrypt-file.ts';
import { sopsWriter } from '../../src/spec/sops/encrypt.fixture.ts';
import type { Config, Secret } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { runInside } from '../harness/cli.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
let swarm: TestSwarm;
let ground: Ground;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  ground = new Ground(swarm);
});

afterAll(async () => {
  await swarm?.dispose();
});

afterEach(async () => {
  await ground.clear();
});

const web = `
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    deploy: { update_config: { monitor: 1s } }`;

/** What a program prints in the container that a service runs on m1. */
async function inside(service: string, command: string[]): Promise<string> {
  const { client } = swarm.node('m1');
  const filters = { label: [`com.docker.swarm.service.name=${service}`], status: ['running'] };
  const found = await eventually(
    async () =>
      (await client.listContainers({ filters })).toSorted((a, b) => b.Created - a.Created)[0],
    { what: `a container of ${service}`, within: 10_000 },
  );
  const { stdout, stderr } = await runInside(client.getContainer(found.Id), command);
  return stdout + stderr;
}

async function live(kind: 'configs' | 'secrets', unit: string): Promise<(Config | Secret)[]> {
  const all = await swarm.node('m1').docker<(Config | Secret)[]>(`/${kind}`);
  return all.filter(({ Spec }) => Spec.Labels?.['skep.unit'] === unit);
}

async function changed(skep: RunningSkep, unit: string, path: string, text: string) {
  const before = skep.unit(unit)?.revision;
  await skep.write(path, text);
  await eventually(() => skep.unit(unit)?.revision !== before, {
    what: 'the change noticed',
    within: 10_000,
  });
  await skep.ready([unit]);
}

test('contents come from files, text, the environment and templates, and reach the containers', async () => {
  await swarm.docker(['secret', 'create', 'given', '/etc/hostname']);
  const long = 'a_config_with_a_name_that_fills_all_that_docker_lets_it_have';
  await using skep = await RunningSkep.start(
    swarm.node('m1').host,
    {
      'stacks/shop/compose.yaml': `
services:${web}
    configs: [ page, { source: text, target: /text }, { source: hive, target: /hive }, { source: who, target: /who }, ${long} ]
    secrets: [ key, { source: door, mode: 0400 }, given ]
configs:
  page: { file: ./page.html }
  text: { content: "bees: \${BEES}\\n" }
  hive: { environment: HIVE }
  who: { content: "{{ .Service.Name }}", template_driver: golang }
  ${long}: { file: ./page.html }
secrets:
  key: { file: ./key.txt }
  door: { environment: DOOR }
  given: { external: true }
`,
      'stacks/shop/page.html': '<h1>bees</h1>',
      'stacks/shop/key.txt': 'honey',
    },
    { environment: { BEES: '7', HIVE: 'straw', DOOR: 'wax' } },
  );
  await skep.ready(['shop']);
  expect(await inside('shop_web', ['cat', '/page', '/text', '/hive', '/who', `/${long}`])).toBe(
    '<h1>bees</h1>bees: 7\nstrawshop_web<h1>bees</h1>',
  );
  expect(
    await inside('shop_web', ['sh', '-c', 'cd /run/secrets; cat key door; stat -c %a door; ls']),
  ).toBe('honeywax400\ndoor\ngiven\nkey\n');
  const names = [...(await live('configs', 'shop')), ...(await live('secrets', 'shop'))].map(
    ({ Spec }) => Spec.Name,
  );
  expect(names).toHaveLength(7);
  for (const name of names) expect(name).toMatch(/^(?=.{1,64}$)shop_[\w-]+-[0-9a-f]{12}$/);
});

test('a changed content moves its users; of the versions nobody refers to, as many stay as are kept', async () => {
  const file = (key: string) => ({ 'stacks/farm/key.txt': key });
  await using skep = await RunningSkep.start(
    swarm.node('m1').host,
    {
      'stacks/farm/compose.yaml': `
services:${web}
    secrets: [ key ]
secrets: { key: { file: ./key.txt } }
`,
      ...file('honey 0'),
    },
    { keepVersions: 1 },
  );
  await skep.ready(['farm']);
  const versions: string[] = [];
  for (const round of [1, 2, 3, 4]) {
    await changed(skep, 'farm', 'stacks/farm/key.txt', `honey ${round}`);
    const service = await ground.service('farm_web');
    versions.push(service?.Spec.TaskTemplate.ContainerSpec?.Secrets?.[0]?.SecretName ?? '');
    expect(await inside('farm_web', ['cat', '/run/secrets/key'])).toBe(`honey ${round}`);
  }
  expect(new Set(versions).size).toBe(4);
  // Of the five, the first goes: one is used, one a roll-back by Swarm would need, and one more is kept.
  await eventually(async () => (await live('secrets', 'farm')).length === 3, {
    what: 'the older versions collected',
    within: 10_000,
  });
  const left = (await live('secrets', 'farm')).map(({ Spec }) => Spec.Name);
  expect(left.toSorted()).toEqual(versions.slice(1).toSorted());

  await swarm.docker(['service', 'rollback', '-d', 'farm_web']);
  await eventually(() => skep.unit('farm')?.outcome?.result === 'stalled', {
    what: 'the roll-back noticed',
    within: 30_000,
  });
  expect(await inside('farm_web', ['cat', '/run/secrets/key'])).toBe('honey 3');
  await skep.operator.reconcile({ units: ['farm'], allow: { force: true }, by: 'test' });
  await skep.ready(['farm']);
  expect(await inside('farm_web', ['cat', '/run/secrets/key'])).toBe('honey 4');
});

describe('files that SOPS encrypted', () => {
  const vector = (name: string) =>
    readFileSync(new URL(`../vectors/sops/${name}`, import.meta.url), 'utf8');

  test('are opened with the key; one that was tampered with stops its own unit alone', async () => {
    const sops = await sopsWriter();
    const keys = [...ageIdentities(vector('key.txt')), sops.identity];
    /** Every value of the stack, as they follow each other: of these SOPS makes its sum. */
    const inOrder = (secret: string) => {
      const service = [lab.workload, 'sleep 3600', '1s', 'values.env', secret, 'key'];
      return service.concat('./file.txt');
    };
    const stack = (secret: string) =>
      JSON.stringify({
        services: {
          web: {
            image: sops.value(lab.workload, 'services:web:image'),
            command: sops.value('sleep 3600', 'services:web:command'),
            stop_grace_period: sops.value('1s', 'services:web:stop_grace_period'),
            env_file: sops.value('values.env', 'services:web:env_file'),
            environment: { PASSWORD: sops.value(secret, 'services:web:environment:PASSWORD') },
            secrets: [sops.value('key', 'services:web:secrets')],
          },
        },
        secrets: { key: { file: sops.value('./file.txt', 'secrets:key:file') } },
        sops: sops.metadata(inOrder(secret)),
      });
    const sealed = stack('nectar');
    const files = {
      'stacks/sealed/compose.yaml': sealed,
      'stacks/sealed/values.env': vector('values.env'),
      'stacks/sealed/file.txt': vector('file.txt'),
      'stacks/open.yaml': `services:${web}\n    environment: { ROUND: "1" }\n`,
    };
    const decrypt = (file: string, bytes: Buffer) => decryptFile(file, bytes, keys);
    await using skep = await RunningSkep.start(swarm.node('m1').host, files, {}, { decrypt });
    await skep.ready(['sealed', 'open']);
    const before = await ground.service('sealed_web');
    expect(before?.Spec.TaskTemplate.ContainerSpec?.Env).toEqual(['PASSWORD=nectar', 'key=value']);
    expect(await inside('sealed_web', ['cat', '/run/secrets/key'])).toBe('value');

    const tampered = sealed.replace('"secrets":{"key"', '"secrets":{"door"');
    await skep.write('stacks/sealed/compose.yaml', tampered);
    await skep.write('stacks/open.yaml', files['stacks/open.yaml'].replace('"1"', '"2"'));
    await eventually(() => skep.unit('sealed')?.outcome?.result === 'stalled', {
      what: 'the tampered file noticed',
      within: 15_000,
    });
    await eventually(
      async () =>
        (await ground.service('open_web'))?.Spec.TaskTemplate.ContainerSpec?.Env?.[0] === 'ROUND=2',
      { what: 'the other unit going on', within: 15_000 },
    );
    expect(JSON.stringify(skep.unit('sealed')?.outcome)).toContain('stacks/sealed/compose.yaml');
    expect((await ground.service('sealed_web'))?.Version).toEqual(before?.Version);
  });
});

test('no value of a secret or an environment is found anywhere but in the Swarm', async () => {
  const values = { old: 'amber-old-8f1d', key: 'amber-key-8f1d', env: 'amber-env-8f1d' };
  const hidden = Object.values(values).flatMap((value) => [
    value,
    Buffer.from(value).toString('base64').slice(0, -4),
    Buffer.from(value).toString('hex'),
  ]);
  const log: string[] = [];
  const stack = (env: string, more = '') => `
services:${web}
    environment: { PASSWORD: "${env}" }
    labels: { plain: seen }
    secrets: [ key ]
secrets: { key: { file: ./key.txt } }
${more}`;
  await using skep = await RunningSkep.start(
    swarm.node('m1').host,
    { 'stacks/vault/compose.yaml': stack(values.old), 'stacks/vault/key.txt': values.old },
    {},
    { log: pino({ level: 'trace' }, { write: (line) => void log.push(line) }) },
  );
  await skep.ready(['vault']);
  const answers: string[] = [];
  const ask = async (path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${skep.url}${path}`, {
      ...(body !== undefined && { method: 'POST', headers, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect([path, answer.status]).toEqual([path, 200]);
    answers.push(text);
    return text;
  };
  await ask('/api/v1/plan', { files: { 'stacks/vault/compose.yaml': stack(values.env) } });
  await skep.write('stacks/vault/key.txt', values.key);
  await changed(skep, 'vault', 'stacks/vault/compose.yaml', stack(values.env));
  await swarm.docker([
    'service',
    'update',
    '-d',
    '--env-add',
    `PASSWORD=${values.old}`,
    'vault_web',
  ]);
  await skep.told('drift.settled', 'vault_web');
  await skep.ready(['vault']);
  for (const path of ['status', 'units', 'units/vault', 'resources', 'plan', 'drift', 'tokens']) {
    await ask(`/api/v1/${path}`);
  }
  const runs = JSON.parse(await ask('/api/v1/history')) as { items: { id: string }[] };
  for (const { id } of runs.items) await ask(`/api/v1/history/${id}`);
  await ask('/metrics');
  await ask('/readyz?verbose');
  answers.push(JSON.stringify(skep.news));
  await changed(skep, 'vault', 'stacks/vault/compose.yaml', stack(values.env, 'wrong: [1')).catch(
    () => answers.push(JSON.stringify(skep.unit('vault'))),
  );
  answers.push(JSON.stringify(skep.operator.status()));
  await skep.stop();

  const folder = skep.settings.data;
  const stored = await Promise.all(
    (await readdir(folder)).map((file) => readFile(join(folder, file), 'latin1')),
  );
  const places = { answers: answers.join('\n'), stored: stored.join('\n'), log: log.join('\n') };
  expect(places.answers).toContain('(sensitive)');
  expect(places.stored).toContain('PASSWORD');
  expect(places.log).toContain('vault');
  for (const [place, text] of Object.entries(places)) {
    for (const value of hidden)
      expect([place, value, text.includes(value)]).toEqual([place, value, false]);
  }
});
