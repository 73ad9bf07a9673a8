import { expect, test } from 'vitest';
import type { ComposeObject } from '../spec/compose.ts';
import type { UnitSpec } from '../spec/spec-set.ts';
import { convertUnit } from './convert-unit.ts';
import type { DesiredConfig, DesiredSecret } from './desired.ts';
import { findings, ofKind, stackUnit } from './unit.fixture.ts';

const image = 'busybox';

function config(declared: ComposeObject, more: Partial<UnitSpec> = {}): DesiredConfig | undefined {
  return ofKind(convertUnit(stackUnit({ configs: { conf: declared } }, more)), 'config')[0];
}

function secret(declared: ComposeObject, more: Partial<UnitSpec> = {}): DesiredSecret | undefined {
  return ofKind(convertUnit(stackUnit({ secrets: { key: declared } }, more)), 'secret')[0];
}

test('a config from a file has its content in its name', () => {
  const made = config(
    { file: './app.conf', labels: { a: 'b' } },
    { sideFiles: new Map([['./app.conf', Buffer.from('on')]]) },
  );
  expect(made).toMatchObject({
    name: expect.stringMatching(/^shop_conf-[0-9a-f]{12}$/),
    base: 'shop_conf',
    spec: {
      Name: made?.name,
      Data: Buffer.from('on').toString('base64'),
      Labels: {
        a: 'b',
        'com.docker.stack.namespace': 'shop',
        'skep.unit': 'shop',
        'skep.base': 'shop_conf',
      },
    },
  });
});

test('content and template driver make another version, labels do not', () => {
  const name = config({ content: 'on' })?.name;
  expect(config({ content: 'on', labels: { a: 'b' } })?.name).toBe(name);
  expect(config({ content: 'off' })?.name).not.toBe(name);
  expect(config({ content: 'on', template_driver: 'golang' })?.name).not.toBe(name);
});

test('a name that the user fixed stays, and has no base', () => {
  const made = config({ content: 'on', name: 'conf-v7' });
  expect(made).toMatchObject({ name: 'conf-v7', spec: { Name: 'conf-v7' } });
  expect(made).not.toHaveProperty('base');
  expect(made?.spec.Labels).not.toHaveProperty('skep.base');
});

test('a secret from a variable, and one from a driver', () => {
  const data = Buffer.from('hunter2').toString('base64');
  expect(secret({ environment: 'PASS' }, { variables: { PASS: 'hunter2' } })?.spec.Data).toBe(data);
  const driven = secret({ driver: 'vault', driver_opts: { path: 'a' } });
  expect(driven?.spec).toMatchObject({ Driver: { Name: 'vault', Options: { path: 'a' } } });
  expect(driven?.spec).not.toHaveProperty('Data');
  expect(secret({ driver: 'vault', driver_opts: { path: 'b' } })?.name).not.toBe(driven?.name);
});

test('no label of a secret tells about its content', () => {
  const labels = (content: string) => secret({ content })?.spec.Labels;
  expect(labels('a')).toEqual(labels('b'));
});

test('services refer to the version, and mount it under the name in the file', () => {
  const unit = stackUnit({
    services: {
      web: {
        image,
        configs: [{ source: 'conf' }],
        secrets: [{ source: 'outer', target: 'key', uid: '1', gid: '2', mode: 0o400 }],
      },
    },
    configs: { conf: { content: 'on' } },
    secrets: { outer: { external: true, name: 'prod-key' }, idle: { external: true } },
  });
  const desired = convertUnit(unit);
  const container = ofKind(desired, 'service')[0]?.spec.TaskTemplate.ContainerSpec;
  expect(container?.Configs).toEqual([
    {
      File: { Name: 'conf', UID: '0', GID: '0', Mode: 0o444 },
      ConfigID: '',
      ConfigName: ofKind(desired, 'config')[0]?.name,
    },
  ]);
  expect(container?.Secrets).toEqual([
    { File: { Name: 'key', UID: '1', GID: '2', Mode: 0o400 }, SecretID: '', SecretName: 'prod-key' },
  ]);
  expect(desired.external).toMatchObject([{ kind: 'secret', name: 'prod-key' }]);
});

test('a credential spec from a config is a reference as well', () => {
  const desired = convertUnit(
    stackUnit({
      services: { web: { image, credential_spec: { config: 'conf' } } },
      configs: { conf: { content: '{}' } },
    }),
  );
  const name = ofKind(desired, 'config')[0]?.name;
  expect(ofKind(desired, 'service')[0]?.spec.TaskTemplate.ContainerSpec).toMatchObject({
    Configs: [{ Runtime: {}, ConfigID: '', ConfigName: name }],
    Privileges: { CredentialSpec: { Config: name, File: '', Registry: '' } },
  });
});

test('every content that is missing, empty or too large is reported at its place', () => {
  const configs = {
    gone: { file: 'gone' },
    unset: { environment: 'UNSET' },
    empty: { content: '' },
    large: { content: 'x'.repeat(1_024_000) },
    fits: { content: 'x'.repeat(1_023_999) },
  };
  const secrets = { large: { content: 'x'.repeat(512_000) } };
  const { diagnostics, objects } = convertUnit(stackUnit({ configs, secrets }));
  expect(diagnostics.map(({ code }) => code)).toEqual([
    'missing-content',
    'missing-content',
    'content-empty',
    'content-too-large',
    'content-too-large',
  ]);
  expect(diagnostics[3]?.message).toBe(
    'the config has 1024000 bytes, Swarm takes at most 1023999',
  );
  expect(diagnostics.every(({ place, remedy }) => place?.line === 3 && remedy)).toBe(true);
  expect(objects).toHaveLength(1);
});

test('one name for two configs is an error', () => {
  const configs = { a: { name: 'x', content: '1' }, b: { name: 'x', content: '2' } };
  expect(findings(stackUnit({ configs }))).toEqual([{ severity: 'error', code: 'duplicate-name' }]);
});
