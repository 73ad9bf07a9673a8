import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Secret, Service } from '../../src/swarm/types.ts';
import { bootSwarm } from '../harness/swarm.ts';
import type { TestSwarm } from '../harness/swarm.ts';
import { RunningSkep } from './running-skep.ts';

const stack = (content: string) => ({
  'stacks/shop.yaml':
    'services: { web: { image: "busybox:1.36", secrets: [pw] } }\nsecrets: { pw: { file: ./pw.txt } }\n',
  'stacks/pw.txt': content,
});

describe.each(['28', '20.10'] as const)(
  'a secret that docker stack deploy made on %s',
  (engine) => {
    let swarm: TestSwarm;
    beforeAll(async () => {
      const images = ['busybox:1.36'];
      swarm = await bootSwarm(inject('lab'), { engine, managers: 1, workers: 0, images });
      const folder = mkdtempSync(join(tmpdir(), 'skep-deploy-'));
      for (const [path, text] of Object.entries(stack('right'))) {
        writeFileSync(join(folder, path.replace('stacks/', '')), text);
      }
      const file = join(folder, 'shop.yaml');
      await swarm.docker(['stack', 'deploy', '--resolve-image', 'never', '-c', file, 'shop']);
      rmSync(folder, { recursive: true });
    });
    afterAll(async () => {
      await swarm?.dispose();
    });

    test('is used as it is when it holds what the files say, and nobody has to guess', async () => {
      const before = await state(swarm);
      await using skep = await RunningSkep.start(swarm.node('m1').host, stack('right'));
      await skep.ready(['shop']);
      expect(await state(swarm)).toEqual(before);
      const { warnings } = await skep.operator.plan({});
      expect(warnings).toEqual([]);
    });

    test('is left for a version of our own when it holds something else', async () => {
      await using skep = await RunningSkep.start(swarm.node('m1').host, stack('wrong'));
      await skep.ready(['shop']);
      const { secrets, uses } = await state(swarm);
      expect(secrets.map(([name]) => name)).toEqual([
        'shop_pw',
        expect.stringMatching(/^shop_pw-[0-9a-f]{12}$/),
      ]);
      expect(uses).toEqual([secrets[1]?.[0]]);
    });
  },
);

async function state(swarm: TestSwarm) {
  const node = swarm.node('m1');
  const secrets = await node.docker<Secret[]>('/secrets');
  const services = await node.docker<Service[]>('/services');
  return {
    secrets: secrets
      .map((secret) => [secret.Spec.Name, secret.Version.Index] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
    services: services.map((service) => [service.Spec.Name, service.Version.Index]),
    uses: services.flatMap((service) =>
      service.Spec.TaskTemplate.ContainerSpec?.Secrets?.map((secret) => secret.SecretName),
    ),
  };
}
