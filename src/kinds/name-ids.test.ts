import { expect, test } from 'vitest';
import { aConfig, aNetwork, aSecret, aWorld, idOf } from '../../test/unit/world.ts';
import type { ServiceSpec } from '../swarm/types.ts';
import { MissingName, namesIn, resolveNames } from './name-ids.ts';

const { snapshot } = aWorld({
  networks: [aNetwork('back')],
  configs: [aConfig('app', 'x'), aConfig('credentials', 'x')],
  secrets: [aSecret('pw')],
});

function spec(network: string): ServiceSpec {
  return {
    Name: 'web',
    TaskTemplate: {
      Networks: [{ Target: network }],
      ContainerSpec: {
        Configs: [{ ConfigID: '', ConfigName: 'app' }],
        Secrets: [{ SecretID: '', SecretName: 'pw' }],
        Privileges: { CredentialSpec: { Config: 'credentials' } },
      },
    },
  };
}

test('names become IDs, and the spec that was given stays as it is', () => {
  const given = spec('back');
  expect(resolveNames(given, namesIn(snapshot)).TaskTemplate).toStrictEqual({
    Networks: [{ Target: idOf('back') }],
    ContainerSpec: {
      Configs: [{ ConfigID: idOf('app'), ConfigName: 'app' }],
      Secrets: [{ SecretID: idOf('pw'), SecretName: 'pw' }],
      Privileges: { CredentialSpec: { Config: idOf('credentials') } },
    },
  });
  expect(given).toStrictEqual(spec('back'));
});

test('of two networks of one name, of which one is about to go, the younger counts', () => {
  const networks = ['2026-11-02', '2026-11-01'].map((Created) =>
    aNetwork('back', { Id: `made ${Created}`, Created }),
  );
  expect(namesIn({ ...snapshot, networks }).network('back')).toBe('made 2026-11-02');
});

test.each(['host', idOf('another')])('%s is left to the Engine', (target) => {
  const resolved = resolveNames(spec(target), namesIn(snapshot));
  expect(resolved.TaskTemplate.Networks).toStrictEqual([{ Target: target }]);
});

test('a name without an object is an error of its own', () => {
  expect(() => resolveNames(spec('later'), namesIn(snapshot))).toThrow(MissingName);
});
