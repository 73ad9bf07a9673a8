import { expect, test } from 'vitest';
import { rootOne } from '../../test/data/certificates.ts';
import { convertUnit } from './convert-unit.ts';
import { clusterUnitSpec, findings, ofKind, stackUnit } from './unit.fixture.ts';

const image = 'busybox';

test('the smallest service is sent as docker stack deploy sends it, with one label more', () => {
  const service = convertUnit(stackUnit({ services: { web: { image } } })).objects.at(-1);
  expect(service).toEqual({
    kind: 'service',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    unit: 'shop',
    name: 'shop_web',
    options: {},
    place: { file: 'stacks/shop.yaml', line: 2, column: 1 },
    after: [],
    spec: {
      Name: 'shop_web',
      Labels: {
        'com.docker.stack.image': 'busybox',
        'com.docker.stack.namespace': 'shop',
        'skep.unit': 'shop',
      },
      TaskTemplate: {
        ContainerSpec: {
          Image: 'busybox:latest',
          Labels: { 'com.docker.stack.namespace': 'shop' },
          Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false },
        },
        Resources: {},
        Placement: {},
        Networks: [{ Target: 'shop_default', Aliases: ['web'] }],
      },
      Mode: { Replicated: {} },
      EndpointSpec: { Mode: 'vip' },
    },
  });
});

test('a user cannot take the labels of a stack or of Skep', () => {
  const labels = { 'skep.unit': 'theirs', 'com.docker.stack.namespace': 'theirs' };
  const unit = stackUnit({ services: { web: { image, labels, deploy: { labels } } } });
  const spec = ofKind(convertUnit(unit), 'service')[0]?.spec;
  expect(spec?.Labels).toMatchObject({
    'skep.unit': 'shop',
    'com.docker.stack.namespace': 'shop',
  });
});

test('modes and their replicas', () => {
  const modeOf = (deploy: { mode: string; replicas?: number }) =>
    ofKind(convertUnit(stackUnit({ services: { web: { image, deploy } } })), 'service')[0]?.spec
      .Mode;
  expect(modeOf({ mode: 'replicated', replicas: 0 })).toEqual({ Replicated: { Replicas: 0 } });
  expect(modeOf({ mode: 'global' })).toEqual({ Global: {} });
  expect(modeOf({ mode: 'global-job' })).toEqual({ GlobalJob: {} });
  expect(modeOf({ mode: 'replicated-job', replicas: 3 })).toEqual({
    ReplicatedJob: { MaxConcurrent: 3, TotalCompletions: 3 },
  });
});

test('false and zero are sent where silence means something else', () => {
  const unit = stackUnit({ services: { web: { image, init: false, stop_grace_period: 0 } } });
  expect(ofKind(convertUnit(unit), 'service')[0]?.spec.TaskTemplate.ContainerSpec).toMatchObject({
    Init: false,
    StopGracePeriod: 0,
  });
});

test('an isolation that the Engine does not know is its default, one that it knows is in small letters', () => {
  const isolationOf = (isolation: string) =>
    ofKind(convertUnit(stackUnit({ services: { web: { image, isolation } } })), 'service')[0]?.spec
      .TaskTemplate.ContainerSpec?.Isolation;
  expect(isolationOf('HyperV')).toBe('hyperv');
  expect(isolationOf('invalid')).toBe('default');
  expect(isolationOf('')).toBeUndefined();
});

test('ports go by what is published, and an endpoint mode is not case-sensitive', () => {
  const port = (published: number, target: number) => ({
    published,
    target,
    protocol: 'tcp',
    mode: 'host',
  });
  const unit = stackUnit({
    services: {
      web: { image, ports: [port(90, 1), port(80, 2)], deploy: { endpoint_mode: 'DNSRR' } },
    },
  });
  expect(ofKind(convertUnit(unit), 'service')[0]?.spec.EndpointSpec).toEqual({
    Mode: 'dnsrr',
    Ports: [
      { Protocol: 'tcp', TargetPort: 2, PublishedPort: 80, PublishMode: 'host' },
      { Protocol: 'tcp', TargetPort: 1, PublishedPort: 90, PublishMode: 'host' },
    ],
  });
});

test("an object's own options lie over those of its file", () => {
  const unit = stackUnit(
    { services: { web: { image, 'x-skep': { ignore: ['replicas'], timeout: 1 } } } },
    { options: { ignore: ['image'], replace: true, timeout: 2 } },
  );
  expect(ofKind(convertUnit(unit), 'service')[0]?.options).toEqual({
    ignore: ['image', 'replicas'],
    replace: true,
    timeout: 1,
  });
});

test('the cluster files bring settings, nodes and tokens, and their services go without a stack', () => {
  const unit = clusterUnitSpec(
    { services: { agent: { image } } },
    {
      cluster: {
        cluster: { task_history_limit: 3 },
        nodes: { w1: { role: 'worker' } },
        tokens: { manager: { rotate: '0 4 1 * *' } },
      },
    },
  );
  const desired = convertUnit(unit);
  expect(desired.objects.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'cluster/cluster',
    'node/w1',
    'token/manager',
    'service/agent',
  ]);
  expect(ofKind(desired, 'service')[0]?.spec).toMatchObject({
    Labels: { 'com.docker.stack.image': 'busybox', 'skep.unit': 'cluster' },
    TaskTemplate: { ContainerSpec: { Image: 'busybox:latest' } },
  });
  expect(ofKind(desired, 'service')[0]?.spec.TaskTemplate.ContainerSpec).not.toHaveProperty(
    'Labels',
  );
});

test('every name that Swarm refuses is reported at once', () => {
  const services = { [`s${'x'.repeat(60)}`]: { image }, 'a.b': { image }, Web: { image }, web: { image } };
  expect(findings(stackUnit({ services }))).toEqual([
    { severity: 'error', code: 'name-too-long' },
    { severity: 'error', code: 'invalid-name' },
    { severity: 'error', code: 'duplicate-name' },
  ]);
});

test('an external CA takes its certificate from its file, which must hold one', () => {
  const unitWith = (text: string) =>
    clusterUnitSpec(
      {},
      {
        cluster: { cluster: { external_cas: [{ url: 'https://ca', ca_cert_file: './root.pem' }] } },
        sideFiles: new Map([['./root.pem', Buffer.from(text)]]),
      },
    );
  expect(ofKind(convertUnit(unitWith(rootOne)), 'cluster')[0]?.settings.external_cas).toEqual([
    { url: 'https://ca', options: {}, certificate: rootOne },
  ]);
  const none = [{ severity: 'error', code: 'no-certificate' }];
  expect(findings(unitWith(''))).toEqual(none);
  expect(findings(unitWith(rootOne.replace('MII', 'QII')))).toEqual(none);
});
