import { describe, expect, it } from 'vitest';
import type { Compose, ComposeService } from '../compose.ts';
import type { Path } from '../diagnostic.ts';
import { mergeCompose } from './merge.ts';

function compose(parts: Partial<Compose>): Compose {
  return { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {}, ...parts };
}

function merged(base: ComposeService, over: ComposeService, replaced: Path[] = []) {
  const below = compose({ services: { web: base } });
  return mergeCompose(below, compose({ services: { web: over } }), replaced).services['web'];
}

const tcp = { protocol: 'tcp', mode: 'ingress' };

describe('of one service', () => {
  it.each<[string, ComposeService, ComposeService, ComposeService]>([
    [
      'the later value counts',
      { image: 'a', user: 'u' },
      { image: 'b' },
      { image: 'b', user: 'u' },
    ],
    ['false counts as well', { tty: true }, { tty: false }, { tty: false }],
    ['a command is replaced', { command: ['a', 'b'] }, { command: ['c'] }, { command: ['c'] }],
    ['an empty command says nothing', { command: ['a'] }, { command: [] }, { command: ['a'] }],
    [
      'maps are merged',
      { environment: { A: '1', B: '1' }, labels: { a: '1' } },
      { environment: { B: null }, labels: { b: '2' } },
      { environment: { A: '1', B: null }, labels: { a: '1', b: '2' } },
    ],
    [
      'lists are appended, without doubles',
      { dns: ['1', '2'], cap_add: ['A'], extra_hosts: ['1 a'] },
      { dns: ['2', '3'], cap_add: ['A', 'B'], extra_hosts: ['2 a'] },
      { dns: ['1', '2', '3'], cap_add: ['A', 'B'], extra_hosts: ['1 a', '2 a'] },
    ],
    [
      'ports go by published port and protocol',
      {
        ports: [
          { target: 1, published: 80, ...tcp },
          { target: 2, published: 443, ...tcp },
        ],
      },
      {
        ports: [
          { target: 9, published: 80, ...tcp },
          { target: 1, published: 80, mode: 'ingress', protocol: 'udp' },
        ],
      },
      {
        ports: [
          { target: 9, published: 80, ...tcp },
          { target: 1, published: 80, mode: 'ingress', protocol: 'udp' },
          { target: 2, published: 443, ...tcp },
        ],
      },
    ],
    [
      'mounts go by target',
      {
        volumes: [
          { type: 'volume', source: 'a', target: '/a' },
          { type: 'volume', source: 'b', target: '/b' },
        ],
      },
      { volumes: [{ type: 'bind', source: '/x', target: '/a' }] },
      {
        volumes: [
          { type: 'bind', source: '/x', target: '/a' },
          { type: 'volume', source: 'b', target: '/b' },
        ],
      },
    ],
    [
      'references go by source',
      { secrets: [{ source: 'a' }, { source: 'b' }] },
      {
        secrets: [
          { source: 'a', target: 'x' },
          { source: 'a', target: 'y' },
        ],
      },
      { secrets: [{ source: 'a', target: 'x' }, { source: 'a', target: 'y' }, { source: 'b' }] },
    ],
    [
      'aliases are replaced',
      { networks: { n: { aliases: ['a'] }, m: {} } },
      { networks: { n: { aliases: ['b'] }, o: {} } },
      { networks: { n: { aliases: ['b'] }, m: {}, o: {} } },
    ],
    [
      'a health check is merged but for its command',
      { healthcheck: { test: ['CMD', 'a', 'b'], interval: 1 } },
      { healthcheck: { test: ['CMD', 'c'], retries: 2 } },
      { healthcheck: { test: ['CMD', 'c'], interval: 1, retries: 2 } },
    ],
    [
      'log options of one driver are merged',
      { logging: { driver: 'd', options: { a: '1', b: '1' } } },
      { logging: { options: { b: '2' } } },
      { logging: { driver: 'd', options: { a: '1', b: '2' } } },
    ],
    [
      'log options of another driver are dropped',
      { logging: { driver: 'd', options: { a: '1' } } },
      { logging: { driver: 'e' } },
      { logging: { driver: 'e' } },
    ],
    [
      'limits of one name are replaced',
      { ulimits: { nproc: { soft: 1, hard: 1 } } },
      { ulimits: { nproc: { soft: 2, hard: 3 }, nofile: { soft: 5, hard: 5 } } },
      { ulimits: { nproc: { soft: 2, hard: 3 }, nofile: { soft: 5, hard: 5 } } },
    ],
    [
      'deploy is merged in depth',
      {
        deploy: {
          replicas: 1,
          labels: { a: '1' },
          placement: { constraints: ['x'], preferences: [{ spread: 'a' }] },
          resources: { limits: { cpus: 1, memory: 1 } },
          update_config: { parallelism: 1, delay: 1 },
        },
      },
      {
        deploy: {
          replicas: 3,
          labels: { b: '2' },
          placement: { constraints: ['y'], max_replicas_per_node: 1 },
          resources: { limits: { memory: 2 }, reservations: { memory: 1 } },
          update_config: { parallelism: 2 },
        },
      },
      {
        deploy: {
          replicas: 3,
          labels: { a: '1', b: '2' },
          placement: {
            constraints: ['x', 'y'],
            preferences: [{ spread: 'a' }],
            max_replicas_per_node: 1,
          },
          resources: { limits: { cpus: 1, memory: 2 }, reservations: { memory: 1 } },
          update_config: { parallelism: 2, delay: 1 },
        },
      },
    ],
  ])('%s', (_, base, over, expected) => {
    expect(merged(base, over)).toEqual(expected);
  });
});

describe('of whole files', () => {
  it('services are merged, entries of the other sections replaced', () => {
    const base = compose({
      name: 'a',
      services: { web: { image: 'x' }, db: { image: 'y' } },
      networks: { n: { driver: 'overlay' }, m: {} },
    });
    const over = compose({
      services: { web: { user: 'u' }, job: { image: 'z' } },
      networks: { n: { attachable: true } },
      volumes: { v: {} },
    });
    expect(mergeCompose(base, over)).toEqual(
      compose({
        name: 'a',
        services: { web: { image: 'x', user: 'u' }, db: { image: 'y' }, job: { image: 'z' } },
        networks: { n: { attachable: true }, m: {} },
        volumes: { v: {} },
      }),
    );
  });

  it('neither argument changes', () => {
    const base = compose({ services: { web: { image: 'x', labels: { a: '1' } } } });
    const over = compose({ services: { web: { labels: { b: '2' } } } });
    const before = structuredClone([base, over]);
    mergeCompose(base, over, [['services', 'web', 'labels', 'a']]);
    expect([base, over]).toEqual(before);
  });
});

describe('of what is freed', () => {
  it.each<[string, ComposeService, ComposeService, Path, ComposeService]>([
    ['a key', { image: 'x', ports: [{ target: 1, ...tcp }] }, {}, ['ports'], { image: 'x' }],
    ['a key that is said anew', { dns: ['1'] }, { dns: ['2'] }, ['dns'], { dns: ['2'] }],
    [
      'an entry of a map',
      { labels: { a: '1', b: '1' } },
      { labels: {} },
      ['labels', 'a'],
      { labels: { b: '1' } },
    ],
    ['something that was not there', { image: 'x' }, {}, ['deploy', 'labels', 'a'], { image: 'x' }],
    [
      'tmpfs among the mounts',
      {
        volumes: [
          { type: 'tmpfs', target: '/a' },
          { type: 'volume', target: '/b' },
        ],
      },
      {},
      ['tmpfs'],
      { volumes: [{ type: 'volume', target: '/b' }] },
    ],
  ])('nothing stays: %s', (_, base, over, path, expected) => {
    expect(merged(base, over, [['services', 'web', ...path]])).toEqual(expected);
  });

  it('a service or a section can be it', () => {
    const base = compose({
      services: { a: { image: 'x' }, b: { image: 'y' } },
      volumes: { v: {} },
    });
    const freed: Path[] = [['services', 'a'], ['volumes']];
    expect(mergeCompose(base, compose({}), freed)).toEqual(
      compose({ services: { b: { image: 'y' } } }),
    );
  });
});
