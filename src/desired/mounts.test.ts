import { expect, test } from 'vitest';
import type { ComposeMount, ComposeVolume } from '../spec/compose.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { UnitSpec } from '../spec/spec-set.ts';
import type { Mount } from '../swarm/types.ts';
import { convertMounts } from './mounts.ts';
import { openScope } from './scope.ts';
import { clusterUnitSpec, stackUnit } from './unit.fixture.ts';

const home = { variables: { HOME: '/home/$&/me' } };

function mountsIn(unit: UnitSpec, mount: ComposeMount): Mount | undefined {
  return convertMounts(openScope(unit, []), 'web', { volumes: [mount] })[0];
}

function bindSource(source: string): string | undefined {
  return mountsIn(stackUnit({}, home), { type: 'bind', source, target: '/t' })?.Source;
}

test('binds resolve from the folder of the unit, and ~ from HOME', () => {
  expect(bindSource('./data')).toBe('/desired/stacks/data');
  expect(bindSource('../up/')).toBe('/desired/up');
  expect(bindSource('/abs/')).toBe('/abs/');
  expect(bindSource('~/.ssh')).toBe('/home/$&/me/.ssh');
  expect(bindSource(String.raw`C:\data`)).toBe(String.raw`C:\data`);
});

test('~ without HOME is an error, not a folder of that name', () => {
  const diagnostics: Diagnostic[] = [];
  const volumes = [{ type: 'bind', source: '~/x', target: '/x' }];
  convertMounts(openScope(stackUnit({}), diagnostics), 'web', { volumes });
  expect(diagnostics).toMatchObject([{ severity: 'error', code: 'no-home', place: { line: 4 } }]);
});

function volumeMount(declared: ComposeVolume, unitOf = stackUnit): Mount | undefined {
  const mount = { type: 'volume', source: 'data', target: '/data' };
  return mountsIn(unitOf({ volumes: { data: declared } }), mount);
}

test('a named volume brings its driver and the labels of the stack', () => {
  expect(volumeMount({ driver: 'nfs', driver_opts: { o: 'ro' }, labels: { a: 'b' } })).toEqual({
    Type: 'volume',
    Source: 'shop_data',
    Target: '/data',
    VolumeOptions: {
      Labels: { a: 'b', 'com.docker.stack.namespace': 'shop' },
      DriverConfig: { Name: 'nfs', Options: { o: 'ro' } },
    },
  });
  expect(volumeMount({ name: 'real' })?.Source).toBe('real');
});

test('an external volume is only named', () => {
  expect(volumeMount({ external: true })).toEqual({
    Type: 'volume',
    Source: 'data',
    Target: '/data',
    VolumeOptions: {},
  });
});

test("in the cluster's files volumes are called as written", () => {
  expect(volumeMount({}, clusterUnitSpec)).toEqual({
    Type: 'volume',
    Source: 'data',
    Target: '/data',
    VolumeOptions: {},
  });
});

test('an anonymous volume has no options', () => {
  expect(mountsIn(stackUnit({}), { type: 'volume', target: '/a' })).toEqual({
    Type: 'volume',
    Target: '/a',
  });
});

test('bind options', () => {
  const bind = (options: NonNullable<ComposeMount['bind']>) =>
    mountsIn(stackUnit({}), { type: 'bind', source: '/a', target: '/a', bind: options });
  expect(bind({ propagation: 'rslave' })?.BindOptions).toEqual({ Propagation: 'rslave' });
  expect(bind({ create_host_path: true })).not.toHaveProperty('BindOptions');
  expect(bind({ recursive: 'disabled' })?.BindOptions).toEqual({
    Propagation: 'rprivate',
    NonRecursive: true,
  });
});

test('cluster volumes are scoped, groups of them are not', () => {
  const unit = stackUnit({ volumes: { csi: {} } });
  const mount = (source: string) => mountsIn(unit, { type: 'cluster', source, target: '/c' });
  expect(mount('csi')).toMatchObject({ Source: 'shop_csi', ClusterOptions: {} });
  expect(mount('group:fast')).toMatchObject({ Source: 'group:fast', ClusterOptions: {} });
});
