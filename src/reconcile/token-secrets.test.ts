import { expect, test } from 'vitest';
import { aSecret, aSwarm, aUnit, desiredService } from '../../test/unit/world.ts';
import type { DesiredToken, DesiredUnit } from '../desired/desired.ts';
import { secretReferences } from '../desired/references.ts';
import type { Secret } from '../swarm/types.ts';
import { TokenSecrets } from './token-secrets.ts';

const token: DesiredToken = {
  kind: 'token',
  unit: 'cluster',
  name: 'worker',
  options: {},
  schedule: { deliver: [{ secret: 'tok' }, { file: '/run/tok' }] },
};
const cluster = aUnit([token], { name: 'cluster' });
const live = { swarm: aSwarm(), secrets: [] };

/** A stack with a service that takes the external secrets of these names. */
function user(...names: string[]): DesiredUnit {
  const Secrets = secretReferences(
    { secrets: names.map((source) => ({ source })) },
    { configs: new Map(), secrets: new Map() },
  );
  const spec = { Name: 'shop_a', TaskTemplate: { ContainerSpec: { Secrets } } };
  const external = names.map((name) => ({ kind: 'secret' as const, name }));
  return aUnit([desiredService(spec)], { external });
}

function version(name: string, CreatedAt: string): Secret {
  const labels = { 'skep.base': 'tok', 'skep.token': 'worker', 'skep.unit': 'cluster' };
  return { ...aSecret(name, labels), CreatedAt };
}

function takes(unit: DesiredUnit): (string | undefined)[] {
  return unit.objects.flatMap((object) =>
    object.kind === 'service'
      ? (object.spec.TaskTemplate.ContainerSpec?.Secrets ?? []).map((one) => one.SecretName)
      : [],
  );
}

test('a secret with the live token, whose name follows it, is part of what the cluster wants', () => {
  const secrets = new TokenSecrets();
  const complete = secrets.complete(cluster, live);
  const made = complete.objects.filter((object) => object.kind === 'secret');
  expect(made).toEqual([
    expect.objectContaining({ unit: 'cluster', base: 'tok', name: made[0]?.version }),
  ]);
  expect(made[0]?.spec).toEqual({
    Name: expect.stringMatching(/^tok-[0-9a-f]{12}$/) as string,
    Labels: { 'skep.unit': 'cluster', 'skep.base': 'tok', 'skep.token': 'worker' },
    Data: Buffer.from('SWMTKN-1-worker').toString('base64'),
  });
  const rotated = {
    ...live,
    swarm: { ...aSwarm(), JoinTokens: { Worker: 'SWMTKN-1-new', Manager: 'm' } },
  };
  const after = secrets.complete(cluster, rotated);
  expect(after.objects.at(-1)?.name).not.toBe(made[0]?.name);
  expect(after.revision).not.toBe(complete.revision);
  expect(secrets.complete(cluster, live)).toEqual(complete);
});

test('a stack takes the newest version that there is, or is about to be', () => {
  const secrets = new TokenSecrets();
  const [old, young] = [
    version('tok-000000000002', '2026-01-01'),
    version('tok-000000000001', '2026-02-01'),
  ];
  const found = { ...live, secrets: [young, old, aSecret('tok'), aSecret('other-000000000009')] };
  const complete = secrets.complete(user('tok', 'other'), found);
  expect(new Set(takes(complete))).toEqual(new Set(['other', 'tok-000000000001']));
  expect(complete.external.map(({ name }) => name)).toEqual(['tok-000000000001', 'other']);
  const coming = new Set(['secret/tok-00000000000a', 'secret/tok-more-00000000000b']);
  expect(takes(secrets.complete(user('tok'), found, coming))).toEqual(['tok-00000000000a']);
});

test('a unit without any of it is left as it is', () => {
  const secrets = new TokenSecrets();
  const unit = user('other');
  expect(secrets.complete(unit, { ...live, secrets: [aSecret('other')] })).toBe(unit);
});

test("the cluster's own services take the version that is made with them", () => {
  const unit = user('tok');
  const complete = new TokenSecrets().complete(
    { ...unit, name: 'cluster', objects: [...unit.objects, token] },
    live,
  );
  expect(takes(complete)).toEqual([complete.objects.at(-1)?.name]);
  expect(complete.external).toEqual([]);
});
