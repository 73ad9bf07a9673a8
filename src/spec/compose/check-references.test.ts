import { describe, expect, it } from 'vitest';
import type { Compose, ComposeService } from '../compose.ts';
import type { Path } from '../diagnostic.ts';
import { checkReferences } from './check-references.ts';

const empty: Compose = { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {} };

function codes(compose: Partial<Compose>): string[] {
  const findings = checkReferences({ ...empty, ...compose }, () => undefined);
  return findings.map(({ code, severity }) => (severity === 'error' ? code : `warning ${code}`));
}

function port(published: number, mode = 'ingress', protocol = 'tcp') {
  return { target: 80, published, mode, protocol };
}

describe('checkReferences', () => {
  it('finds nothing wrong where everything is defined', () => {
    const web: ComposeService = {
      image: 'x',
      networks: { a: {}, default: {} },
      configs: [{ source: 'c' }],
      secrets: [{ source: 's' }],
      volumes: [
        { type: 'volume', source: 'v', target: '/v' },
        { type: 'volume', target: '/anonymous' },
        { type: 'bind', source: './x', target: '/x' },
      ],
      depends_on: { web2: { condition: 'service_started' } },
    };
    const compose = {
      services: { web, web2: { image: 'y' } },
      networks: { a: {} },
      volumes: { v: {} },
      configs: { c: {} },
      secrets: { s: {} },
    };
    expect(codes(compose)).toEqual([]);
  });

  it.each<[string, ComposeService]>([
    ['missing-image', {}],
    ['undefined-network', { image: 'x', networks: { a: {} } }],
    ['undefined-config', { image: 'x', configs: [{ source: 'a' }] }],
    ['undefined-config', { image: 'x', credential_spec: { config: 'a' } }],
    ['undefined-secret', { image: 'x', secrets: [{ source: 'a' }] }],
    ['undefined-volume', { image: 'x', volumes: [{ type: 'volume', source: 'a', target: '/a' }] }],
    [
      'warning undefined-service',
      { image: 'x', depends_on: { a: { condition: 'service_started' } } },
    ],
    ['conflicting-keys', { image: 'x', deploy: { mode: 'global', replicas: 1 } }],
    ['conflicting-keys', { image: 'x', deploy: { mode: 'replicated-job', update_config: {} } }],
    ['conflicting-keys', { image: 'x', deploy: { endpoint_mode: 'dnsrr' }, ports: [port(80)] }],
    [
      'warning dependency-cycle',
      { image: 'x', depends_on: { web: { condition: 'service_started' } } },
    ],
  ])('finds %s', (code, web) => {
    expect(codes({ services: { web } })).toEqual([code]);
  });

  it('lets a dependency be missing that is not required', () => {
    const web: ComposeService = {
      image: 'x',
      depends_on: { a: { condition: 'service_started', required: false } },
    };
    expect(codes({ services: { web } })).toEqual([]);
  });

  it('finds a circle of dependencies in each service of it, and only there', () => {
    const on = (name: string): ComposeService => ({
      image: 'x',
      depends_on: { [name]: { condition: 'service_started' } },
    });
    const services = { a: on('b'), b: on('c'), c: on('b') };
    expect(codes({ services })).toEqual(['warning dependency-cycle', 'warning dependency-cycle']);
  });

  it.each([
    ['two of the mesh', port(80), port(80), true],
    ['one of the mesh and one of the nodes', port(80), port(80, 'host'), true],
    ['two of the nodes', port(80, 'host'), port(80, 'host'), false],
    ['two protocols', port(80), port(80, 'ingress', 'udp'), false],
    ['two numbers', port(80), port(81), false],
  ])('judges %s on one port', (_, first, second, clash) => {
    const services = { a: { image: 'x', ports: [first] }, b: { image: 'x', ports: [second] } };
    expect(codes({ services })).toEqual(clash ? ['port-clash'] : []);
  });

  it('suggests what was meant, and names the nearest place there is', () => {
    const services = { web: { image: 'x', networks: { backed: {} } } };
    const place = { file: 'f', line: 7, column: 1 };
    const locate = (path: Path) => (path.length <= 2 ? place : undefined);
    expect(checkReferences({ ...empty, services, networks: { backend: {} } }, locate)).toEqual([
      {
        severity: 'error',
        code: 'undefined-network',
        message: 'services.web.networks.backed names "backed", which is not under "networks"',
        remedy: 'Did you mean "backend"?',
        place,
      },
    ]);
  });
});
