import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import type { ComposeService } from '../compose.ts';
import type { Path, Place } from '../diagnostic.ts';
import { Override, Reset } from '../tags.ts';
import { checkFile, type CheckedFile } from './check-file.ts';

/** Checks YAML; findings become "line:column code". */
function check(text: string): CheckedFile & { found: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const locate = (path: Path): Place | undefined => {
    const parent = document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => String(item.key) === String(path.at(-1)))
      : undefined;
    const node = isPair(pair) ? pair.key : document.getIn(path, true);
    if (!isNode(node) || !node.range) return undefined;
    const { line, col } = lines.linePos(node.range[0]);
    return { file: 'f.yaml', line, column: col };
  };
  const checked = checkFile(document.toJS(), { file: 'f.yaml', locate });
  const found = checked.diagnostics.map(
    ({ place, code }) => `${place?.line}:${place?.column} ${code}`,
  );
  return { ...checked, found };
}

function service(text: string): ComposeService | undefined {
  const indented = text.replaceAll('\n', '\n    ');
  return check(`services:\n  web:\n    image: nginx\n    ${indented}`).compose?.services['web'];
}

describe('the long form of a service', () => {
  it.each<[string, ComposeService]>([
    ['command: sh -c "a b"', { command: ['sh', '-c', 'a b'] }],
    ['entrypoint: [a, b c]', { entrypoint: ['a', 'b c'] }],
    ['command:', { command: [] }],
    [
      'environment: { A: 1e3, B: null, C: true }',
      { environment: { A: '1000', B: null, C: 'true' } },
    ],
    ['environment: [A=1=2, B, C=]', { environment: { A: '1=2', B: null, C: '' } }],
    ['labels: [a=1, b]', { labels: { a: '1', b: '' } }],
    ['labels: { a: 0.5, b: }', { labels: { a: '0.5', b: '' } }],
    ['networks: [a]', { networks: { a: {} } }],
    ['networks: { a: , b: { aliases: [x] } }', { networks: { a: {}, b: { aliases: ['x'] } } }],
    ['ports: [80]', { ports: [{ target: 80, protocol: 'tcp', mode: 'ingress' }] }],
    ['volumes: [d:/d]', { volumes: [{ type: 'volume', source: 'd', target: '/d' }] }],
    ['tmpfs: /run', { volumes: [{ type: 'tmpfs', target: '/run' }] }],
    [
      'tmpfs: ["/run:size=64m,mode=1777,noexec"]',
      {
        volumes: [
          {
            type: 'tmpfs',
            target: '/run',
            tmpfs: { size: 67_108_864, mode: 0o1777, options: [['noexec']] },
          },
        ],
      },
    ],
    ['configs: [a]', { configs: [{ source: 'a' }] }],
    ['secrets: [{ source: a, mode: "0400" }]', { secrets: [{ source: 'a', mode: 0o400 }] }],
    ['healthcheck: { test: curl x }', { healthcheck: { test: ['CMD-SHELL', 'curl x'] } }],
    ['healthcheck: { disable: "yes" }', { healthcheck: { disable: true } }],
    ['depends_on: [db]', { depends_on: { db: { condition: 'service_started' } } }],
    [
      'depends_on: { db: { condition: service_healthy, restart: true } }',
      { depends_on: { db: { condition: 'service_healthy' } } },
    ],
    ['stop_grace_period: 1m30s', { stop_grace_period: 90_000_000_000 }],
    [
      'extra_hosts: ["a:::1", "b=1.2.3.4", "c:[::2]"]',
      { extra_hosts: ['::1 a', '1.2.3.4 b', '::2 c'] },
    ],
    [
      'extra_hosts: { b: 1.1.1.1, a: [2.2.2.2, 3.3.3.3] }',
      { extra_hosts: ['2.2.2.2 a', '3.3.3.3 a', '1.1.1.1 b'] },
    ],
    [
      'ulimits: { nproc: 5, nofile: { soft: 1, hard: "2" } }',
      { ulimits: { nproc: { soft: 5, hard: 5 }, nofile: { soft: 1, hard: 2 } } },
    ],
    ['dns: 9.9.9.9', { dns: ['9.9.9.9'] }],
    ['group_add: [100, docker]', { group_add: ['100', 'docker'] }],
    ['init: "true"', { init: true }],
    [
      'logging: { driver: json-file, options: { max-file: 3, x: } }',
      { logging: { driver: 'json-file', options: { 'max-file': '3', x: '' } } },
    ],
    [
      'x-other: 1\nx-skep: { ignore: [replicas], timeout: 10m }',
      { 'x-skep': { ignore: ['replicas'], timeout: 600_000_000_000 } },
    ],
    ['deploy:', { deploy: {} }],
    [
      'deploy: { replicas: "3", update_config: { delay: 1s, max_failure_ratio: "0.5" } }',
      { deploy: { replicas: 3, update_config: { delay: 1_000_000_000, max_failure_ratio: 0.5 } } },
    ],
    [
      'deploy: { resources: { limits: { cpus: 0.5, memory: 64M, pids: 9 }, reservations: { generic_resources: [{ discrete_resource_spec: { kind: gpu, value: 2 } }] } } }',
      {
        deploy: {
          resources: {
            limits: { cpus: 500_000_000, memory: 67_108_864, pids: 9 },
            reservations: { generic_resources: [{ kind: 'gpu', value: 2 }] },
          },
        },
      },
    ],
    [
      'cpus: 1\nmem_limit: 1g\nmem_reservation: 8m\npids_limit: 7\nscale: 2',
      {
        deploy: {
          replicas: 2,
          resources: {
            limits: { cpus: 1_000_000_000, memory: 1_073_741_824, pids: 7 },
            reservations: { memory: 8_388_608 },
          },
        },
      },
    ],
    [
      'mem_limit: 1g\ndeploy: { resources: { limits: { memory: 1024m } } }',
      { deploy: { resources: { limits: { memory: 1_073_741_824 } } } },
    ],
    ['build: .\nprivileged: true\ncontainer_name: x\ndevelop: { watch: [] }', {}],
  ])('of %s', (text, expected) => {
    expect(service(text)).toEqual({ image: 'nginx', ...expected });
  });
});

describe('the other sections', () => {
  it('come in long form too', () => {
    const { compose, found } = check(`
name: shop
networks:
  a:
  b: { external: { name: outer }, x-skep: { prune: false } }
  c: { ipam: { config: [{ subnet: 10.0.9.0/24, gateway: 10.0.9.1 }] }, internal: "yes" }
volumes:
  d:
  e: { driver_opts: { o: 1 }, labels: [a=b] }
configs:
  f: { content: text, labels: { n: 1 } }
secrets:
  g: { external: "true", name: real }
`);
    expect(found).toEqual([]);
    expect(compose).toEqual({
      name: 'shop',
      services: {},
      networks: {
        a: {},
        b: { external: true, name: 'outer', 'x-skep': { prune: false } },
        c: { internal: true, ipam: { config: [{ subnet: '10.0.9.0/24', gateway: '10.0.9.1' }] } },
      },
      volumes: { d: {}, e: { driver_opts: { o: '1' }, labels: { a: 'b' } } },
      configs: { f: { content: 'text', labels: { n: '1' } } },
      secrets: { g: { external: true, name: 'real' } },
    });
  });

  it('of a cluster are there only when the file has them', () => {
    expect(check('services: {}').cluster).toBeUndefined();
    const checked = check(`
cluster: { task_history_limit: "5", node_cert_expiry: 2160h, autolock: false }
tokens: { worker: { rotate: 0 3 * * 0, timezone: Asia/Seoul } }
nodes: { n1: { role: worker, labels: { disk: ssd } }, n2: }
stacks: { shop: { files: [a.yml], env_file: b.env } }
x-skep: { suspend: true }
`);
    expect(checked.found).toEqual([]);
    expect(checked.cluster).toEqual({
      cluster: { task_history_limit: 5, node_cert_expiry: 7.776e15, autolock: false },
      tokens: { worker: { rotate: '0 3 * * 0', timezone: 'Asia/Seoul' } },
      nodes: { n1: { role: 'worker', labels: { disk: 'ssd' } }, n2: {} },
    });
    expect(checked.stacks).toEqual({ shop: { files: ['a.yml'], env_file: ['b.env'] } });
    expect(checked.options).toEqual({ suspend: true });
  });

  it('mean nodes by their names, by patterns and by what they are', () => {
    const checked = check(`
nodes:
  worker*: { labels: { a: 1 }, remove_down_after: 24h }
  arm: { match: { hostname: w?, engine_labels: [gpu=yes], platform: linux/arm64, address: "fd00:1::/64" } }
`);
    expect(checked.found).toEqual([]);
    expect(checked.cluster?.nodes).toEqual({
      'worker*': { labels: { a: '1' }, remove_down_after: 8.64e13 },
      arm: {
        match: {
          hostname: 'w?',
          engine_labels: { gpu: 'yes' },
          platform: 'linux/arm64',
          address: 'fd00:1::/64',
        },
      },
    });
  });
});

describe('what leads to other files', () => {
  it('is handed on', () => {
    const checked = check(`
include: [a.yml, { path: [b.yml, c.yml], env_file: d.env }]
services:
  web:
    extends: { service: base, file: base.yml }
    env_file: [x.env, { path: y.env, required: "false" }]
    label_file: l.txt
    profiles: [debug]
  job: { image: x, extends: web, env_file: z.env }
`);
    expect(checked.found).toEqual([]);
    expect(checked.includes).toEqual([
      { path: ['a.yml'] },
      { path: ['b.yml', 'c.yml'], env_file: ['d.env'] },
    ]);
    expect(checked.extends).toEqual({
      web: { service: 'base', file: 'base.yml' },
      job: { service: 'web' },
    });
    expect(checked.envFiles).toEqual({
      web: [
        { path: 'x.env', required: true },
        { path: 'y.env', required: false },
      ],
      job: [{ path: 'z.env', required: true }],
    });
    expect(checked.labelFiles).toEqual({ web: ['l.txt'] });
    expect(checked.profiles).toEqual({ web: ['debug'] });
  });
});

describe('findings', () => {
  it.each([
    ['imgae: x', '4:5 unknown-key'],
    ['user: 1000', '4:5 wrong-type'],
    ['ports:', '4:5 wrong-type'],
    ['ports:\n  - 80:80\n  - 99999:1', '6:9 bad-port'],
    ['ports:\n  - 80:80\n  - 80:81', '6:9 duplicate'],
    ['volumes:\n  - a:/x\n  - b:/x', '6:9 duplicate'],
    ['tmpfs: /x\nvolumes: [a:/x]', '4:5 duplicate'],
    ['volumes: [{ type: bind, target: /x }]', '4:15 bad-volume'],
    ['volumes: [{ type: volume, target: /x, tmpfs: { size: 1 } }]', '4:43 bad-volume'],
    ['volumes: [{ type: volum, target: /x }]', '4:17 bad-value'],
    ['volumes: [{ type: volume }]', '4:15 missing-key'],
    ['secrets: [a, { source: b, target: a }]', '4:18 duplicate'],
    ['cap_add: [A, B, A]', '4:21 duplicate-item'],
    ['stop_grace_period: 10', '4:5 bad-duration'],
    ['healthcheck: { test: [curl] }', '4:20 bad-healthcheck'],
    ['healthcheck: { interval: -1s }', '4:20 bad-duration'],
    ['healthcheck: { test: x, disable: true }', '4:5 conflicting-keys'],
    ['deploy: { replicas: -1 }', '4:15 out-of-range'],
    ['deploy: { mode: globl }', '4:15 bad-value'],
    ['deploy: { placement: { constraints: [node.role=x] } }', '4:42 bad-constraint'],
    ['deploy: { resources: { limits: { memory: 1k } } }', '4:38 bad-size'],
    ['deploy: { resources: { limits: { cpus: much } } }', '4:38 bad-cpus'],
    ['cpus: 1\ndeploy: { resources: { limits: { cpus: 2 } } }', '4:5 conflicting-keys'],
    ['hostname: -x', '4:5 bad-hostname'],
    ['restart: sometimes', '4:5 bad-restart'],
    ['command: echo "a', '4:5 bad-command'],
    ['labels: { skep.x: 1 }', '4:15 reserved-label'],
    ['environment: [=x]', '4:5 bad-name'],
    ['environment: { A: [1] }', '4:20 wrong-type'],
    ['volumes_from: [x]', '4:5 not-supported-by-swarm'],
    ['networks: { a: { alias: [b] } }', '4:22 unknown-key'],
    ['depends_on: { a: {} }', '4:19 missing-key'],
    ['credential_spec: { file: a, registry: b }', '4:5 conflicting-keys'],
    ['x-skep: { igonre: [a] }', '4:15 unknown-key'],
  ])('in a service: %s', (text, expected) => {
    const indented = text.replaceAll('\n', '\n    ');
    const checked = check(`services:\n  web:\n    image: nginx\n    ${indented}`);
    expect(checked.found.filter((one) => one === expected)).toEqual([expected]);
    expect(checked.usable).toBe(false);
    expect(checked.diagnostics.every(({ remedy }) => remedy !== undefined && remedy !== '')).toBe(
      true,
    );
  });

  it.each([
    ['servces: {}', '1:1 unknown-key'],
    ['services: []', '1:1 wrong-type'],
    ['services:', '1:1 wrong-type'],
    ['services: { web: }', '1:13 wrong-type'],
    ['services: { a b: { image: x } }', '1:13 bad-name'],
    ['services: { web: { image: Bar } }', '1:20 bad-image'],
    ['services: { web: { image: "" } }', '1:20 bad-image'],
    ['version: 3', '1:1 wrong-type'],
    ['- a', '1:1 wrong-type'],
    ['', '1:1 wrong-type'],
    ['networks: { a: { ipam: { config: [{ subnet: 10.0.0.0/33 }] } } }', '1:37 bad-address'],
    [
      'networks: { a: { ipam: { config: [{ subnet: 10.0.0.0/24, gateway: 10.1.0.1 }] } } }',
      '1:58 bad-address',
    ],
    [
      'networks: { a: { ipam: { config: [{ subnet: 10.0.0.0/24, ip_range: 10.0.0.0/16 }] } } }',
      '1:58 bad-address',
    ],
    ['networks: { a: { external: { name: x }, name: y } }', '1:13 conflicting-keys'],
    ['volumes: { a: { external: true, driver: x } }', '1:33 conflicting-keys'],
    ['volumes: { a: { x-skep: {} } }', '1:17 unknown-key'],
    ['secrets: { a: {} }', '1:12 missing-key'],
    ['configs: { a: { file: x, content: y } }', '1:12 conflicting-keys'],
    ['secrets: { a: { content: x } }', '1:17 unknown-key'],
    ['tokens: { worker: { rotate: "@daily" } }', '1:21 bad-schedule'],
    ['tokens: { worker: { rotate: "0 0 30 2 *" } }', '1:21 bad-schedule'],
    ['tokens: { worker: { rotate: 0 0 * * *, timezone: Mars } }', '1:40 bad-timezone'],
    ['tokens: { worker: { rotate: 0 0 * * *, timezone: "+09:00" } }', '1:40 bad-timezone'],
    ['cluster: { unlock_key: { rotate: 0 3 * * 0 } }', '1:12 no-delivery'],
    ['cluster: { unlock_key: { every: 24h, deliver: [] } }', '1:12 no-delivery'],
    ['cluster: { external_cas: [ { url: ca/sign } ] }', '1:30 bad-url'],
    ['tokens: { boss: { rotate: 0 0 * * * } }', '1:11 unknown-key'],
    ['tokens: { worker: { deliver: [{}] } }', '1:31 conflicting-keys'],
    ['tokens: { worker: { deliver: [{ file: /a, secret: b }] } }', '1:31 conflicting-keys'],
    ['tokens: { worker: { deliver: [{ file: run/a }] } }', '1:33 bad-path'],
    ['tokens: { worker: { deliver: [{ file: /run/../a }] } }', '1:33 bad-path'],
    ['tokens: { worker: { deliver: [{ file: /run/ }] } }', '1:33 bad-path'],
    ['tokens: { worker: { deliver: [{ file: /a, secret_file: /b }] } }', '1:31 conflicting-keys'],
    ['tokens: { worker: { deliver: [{ webhook: "https://a" }] } }', '1:31 missing-key'],
    ['tokens: { worker: { deliver: [{ webhook: a, secret_file: /b }] } }', '1:33 bad-url'],
    ['tokens: { worker: { deliver: [{ webhook: "ftp://a", secret_file: /b }] } }', '1:33 bad-url'],
    [
      'tokens: { worker: { deliver: [{ webhook: "https://u:p@a", secret_file: /b }] } }',
      '1:33 bad-url',
    ],
    [
      'tokens: { worker: { deliver: [{ webhook: "https://a", secret_file: b }] } }',
      '1:55 bad-path',
    ],
    ['tokens: { worker: { deliver: [{ secret: -a }] } }', '1:33 bad-name'],
    ['cluster: { unlock_key: { deliver: [{ secret: a }] } }', '1:38 useless-delivery'],
    ['nodes: { a: { role: boss } }', '1:15 bad-value'],
    ['nodes: { "a b": {} }', '1:10 bad-name'],
    ['nodes: { a: { match: {} } }', '1:15 empty-match'],
    ['nodes: { a: { match: { engine_labels: {} } } }', '1:15 empty-match'],
    ['nodes: { a: { match: { hostname: "w[12]" } } }', '1:24 bad-pattern'],
    ['nodes: { a: { match: { platform: linux/arm/v7 } } }', '1:24 bad-platform'],
    ['nodes: { a: { match: { platform: Linux } } }', '1:24 bad-platform'],
    ['nodes: { a: { match: { platform: linux/amd46 } } }', '1:24 bad-platform'],
    ['nodes: { a: { match: { address: 10.1.0.7 } } }', '1:24 bad-range'],
    ['nodes: { a: { match: { address: 10.1.0.0/33 } } }', '1:24 bad-range'],
    ['nodes: { a: { match: { address: 10.1/16 } } }', '1:24 bad-range'],
    ['nodes: { a: { match: { address: "fd00::/129" } } }', '1:24 bad-range'],
    ['nodes: { a: { match: { address: "10.1.0.0/ 8" } } }', '1:24 bad-range'],
    ['nodes: { a: { remove_down_after: 30s } }', '1:15 out-of-range'],
    ['cluster: { node_cert_expiry: 10m }', '1:12 out-of-range'],
    ['stacks: { a: { files: [] } }', '1:16 missing-key'],
    ['stacks: { cluster: { files: [a.yml] } }', '1:11 reserved-name'],
    ['name: cluster', '1:1 reserved-name'],
  ])('in a file: %s', (text, expected) => {
    const { found, usable } = check(text);
    expect(found).toContain(expected);
    expect(usable).toBe(false);
  });

  it.each([
    ['services: { web: { image: x, build: . } }', '1:30 not-supported-by-swarm'],
    ['services: { web: { image: x, ports: ["127.0.0.1:80:80"] } }', '1:38 not-supported-by-swarm'],
    ['services: { web: { image: x, volumes: ["/a:/a:z"] } }', '1:40 not-supported-by-swarm'],
    [
      'services: { web: { image: x, networks: { a: { ipv4_address: 1.2.3.4 } } } }',
      '1:47 not-supported-by-swarm',
    ],
    ['services: { web: { image: x, volumes: [data] } }', '1:40 relative-target'],
    ['services: { web: { image: x, extra_hosts: [nothing] } }', '1:44 bad-host'],
    ['services: { web: { image: x, secrets: [{ source: a, mode: 440 }] } }', '1:53 decimal-mode'],
    [
      'services: { web: { image: x, deploy: { placement: { constraints: [nodes.a==b] } } } }',
      '1:67 unknown-constraint',
    ],
    ['version: "2.4"', '1:1 version'],
  ])('only warn of: %s', (text, expected) => {
    const { found, usable } = check(text);
    expect(found).toEqual([expected]);
    expect(usable).toBe(true);
  });

  it('do not warn of what asks for nothing', () => {
    expect(check('services: { web: { image: x, privileged: false, devices: [] } }').found).toEqual(
      [],
    );
  });

  it('come all at once, in the order of the file', () => {
    const text =
      'servces: 1\nservices:\n  a: { image: 1 }\n  b: { prots: 1, ports: x }\nnetworks: 5';
    expect(check(text).found).toEqual([
      '1:1 unknown-key',
      '3:8 wrong-type',
      '4:8 unknown-key',
      '4:18 wrong-type',
      '5:1 wrong-type',
    ]);
  });

  it('say what was meant, and never a value', () => {
    const { diagnostics } = check('services: { web: { image: x, prots: 1, user: 12345 } }');
    expect(diagnostics).toMatchObject([
      { message: 'services.web.prots is no key Skep knows', remedy: 'Did you mean "ports"?' },
      { message: 'services.web.user must be text, but is a number', remedy: 'Put it in quotes.' },
    ]);
  });

  it('say where a key belongs that is in the wrong place', () => {
    const { diagnostics } = check('services: { web: { image: x, replicas: 2 } }');
    expect(diagnostics).toMatchObject([{ remedy: 'It belongs below "deploy".' }]);
  });

  it('leave what is right for further checks', () => {
    const { compose } = check(
      'services: { a: { image: x, ports: [y], networks: [n] }, b: { image: z } }',
    );
    expect(compose?.services).toEqual({
      a: { image: 'x', networks: { n: {} } },
      b: { image: 'z' },
    });
  });
});

describe('places in long form', () => {
  it('lead to where things were written', () => {
    const { locate } = check(`services:
  web:
    image: x
    mem_limit: 1g
    networks:
      - a
    ports:
      - 80:80
    tmpfs:
      - /t
    secrets: [ { source: s } ]
`);
    const web = ['services', 'web'];
    expect(locate([...web, 'deploy', 'resources', 'limits', 'memory'])).toMatchObject({ line: 4 });
    expect(locate([...web, 'networks', 'a'])).toMatchObject({ line: 6 });
    expect(locate([...web, 'ports', '80/tcp'])).toMatchObject({ line: 8 });
    expect(locate([...web, 'volumes', '/t'])).toMatchObject({ line: 10 });
    expect(locate([...web, 'secrets', 's'])).toMatchObject({ line: 11 });
    expect(locate([...web, 'image'])).toMatchObject({ line: 3 });
  });
});

describe('tags', () => {
  it('are taken off, and the paths they free are told in long form', () => {
    const web = {
      image: 'x',
      ports: new Override(['80']),
      mem_limit: new Reset(),
      labels: { a: new Reset() },
    };
    const checked = checkFile({ services: { web } }, { file: 'f', locate: () => undefined });
    expect(checked.diagnostics).toEqual([]);
    expect(checked.compose?.services['web']).toEqual({
      image: 'x',
      labels: {},
      ports: [{ target: 80, protocol: 'tcp', mode: 'ingress' }],
    });
    expect(checked.replaced).toEqual([
      ['services', 'web', 'ports'],
      ['services', 'web', 'deploy', 'resources', 'limits', 'memory'],
      ['services', 'web', 'labels', 'a'],
    ]);
  });
});

describe('checkFile', () => {
  const at = { file: 'f', locate: () => undefined };

  it('never throws, and is usable exactly when there is no error', () => {
    const known = [
      'services',
      'networks',
      'volumes',
      'image',
      'deploy',
      'ports',
      'labels',
      'x-skep',
      'external',
      'name',
      'command',
      'environment',
      'healthcheck',
    ];
    const key = fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 5 }));
    const { value } = fc.letrec<{ value: unknown; map: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie('map'),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value), (raw) => {
        const { usable, diagnostics } = checkFile(raw, at);
        expect(usable).toBe(!diagnostics.some(({ severity }) => severity === 'error'));
      }),
    );
  });

  it('drops no key without a word', () => {
    const raw: unknown = JSON.parse('{"services":{"__proto__":{"image":"x"}}}');
    expect(checkFile(raw, at).diagnostics).toMatchObject([{ code: 'bad-name' }]);
  });

  it('takes any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(checkFile(raw, at).diagnostics).toBeInstanceOf(Array);
      }),
    );
  });
});
