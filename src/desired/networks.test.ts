import { expect, test } from 'vitest';
import type { UnitSpec } from '../spec/spec-set.ts';
import { convertUnit } from './convert-unit.ts';
import { clusterUnitSpec, findings, ofKind, stackUnit } from './unit.fixture.ts';

const image = 'busybox';

function networkNames(unit: UnitSpec): string[] {
  return ofKind(convertUnit(unit), 'network').map(({ name }) => name);
}

function attached(unit: UnitSpec): unknown {
  return ofKind(convertUnit(unit), 'service')[0]?.spec.TaskTemplate.Networks;
}

test('a service that names no network is on that of its stack', () => {
  const unit = stackUnit({ services: { web: { image } } });
  expect(networkNames(unit)).toEqual(['shop_default']);
  expect(attached(unit)).toEqual([{ Target: 'shop_default', Aliases: ['web'] }]);
});

test('only networks in use are made, and external ones are asked for', () => {
  const unit = stackUnit({
    services: { web: { image, networks: { front: { aliases: ['www'] }, outer: {} } } },
    networks: { front: {}, idle: {}, outer: { external: true, name: 'edge' } },
  });
  expect(networkNames(unit)).toEqual(['shop_front']);
  expect(attached(unit)).toEqual([
    { Target: 'edge', Aliases: ['web'] },
    { Target: 'shop_front', Aliases: ['www', 'web'] },
  ]);
  expect(convertUnit(unit).external).toMatchObject([{ kind: 'network', name: 'edge' }]);
});

test('a name that a variable left empty is none', () => {
  const unit = stackUnit({
    services: { web: { image, networks: { outer: {}, own: {} } } },
    networks: { outer: { external: true, name: '' }, own: { name: '' } },
  });
  expect(attached(unit)).toMatchObject([{ Target: 'outer' }, { Target: 'shop_own' }]);
});

test("the Engine's own networks are neither made nor asked for, and give no aliases", () => {
  const unit = stackUnit({
    services: { web: { image, networks: { hostnet: {} } } },
    networks: { hostnet: { external: true, name: 'host' } },
  });
  expect(attached(unit)).toEqual([{ Target: 'host' }]);
  expect(convertUnit(unit)).toMatchObject({ external: [], diagnostics: [] });
  expect(networkNames(unit)).toEqual([]);
});

test("the cluster's files make every network they declare, as written, and no default one", () => {
  const unit = clusterUnitSpec({
    services: { agent: { image } },
    networks: { backend: { attachable: true }, outer: { external: true } },
  });
  expect(networkNames(unit)).toEqual(['backend']);
  expect(attached(unit)).toBeUndefined();
  expect(ofKind(convertUnit(unit), 'network')[0]?.spec).toEqual({
    Name: 'backend',
    Driver: 'overlay',
    Attachable: true,
    Labels: { 'skep.unit': 'cluster', 'skep.spec': expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

test('all of ipam is honoured', () => {
  const pool = { subnet: '10.1.0.0/16', gateway: '10.1.0.1', ip_range: '10.1.2.0/24' };
  const unit = clusterUnitSpec({ networks: { n: { ipam: { driver: 'default', config: [pool] } } } });
  expect(ofKind(convertUnit(unit), 'network')[0]?.spec.IPAM).toEqual({
    Driver: 'default',
    Config: [{ Subnet: '10.1.0.0/16', Gateway: '10.1.0.1', IPRange: '10.1.2.0/24' }],
  });
});

test('the hash of a network follows what is declared', () => {
  const hash = (internal: boolean) =>
    ofKind(convertUnit(clusterUnitSpec({ networks: { n: { internal } } })), 'network')[0]?.spec
      .Labels?.['skep.spec'];
  expect(hash(true)).toBe(hash(true));
  expect(hash(true)).not.toBe(hash(false));
});

test('two networks of one name, and names that Swarm refuses, are all reported', () => {
  const networks = { a: { name: 'x' }, b: { name: 'X' }, c: { name: 'a.b' }, d: { name: 'd'.repeat(64) } };
  expect(findings(clusterUnitSpec({ networks }))).toEqual([
    { severity: 'error', code: 'invalid-name' },
    { severity: 'error', code: 'name-too-long' },
    { severity: 'error', code: 'duplicate-name' },
  ]);
});
