import { rm } from 'node:fs/promises';

import { afterAll, expect, test } from 'vitest';

import { openCredentials } from '../../src/registry/credentials.ts';
import { resolveImage } from '../../src/registry/resolve-image.ts';
import { eventually } from '../harness/await.ts';
import { connectSwarm, sleeper } from './connected.ts';
import {
  findRegistryProgram,
  logIn,
  pushImage,
  registry,
  startRegistry,
  user,
} from './registry-server.ts';

const image = `${registry}/shop/web:1`;
const folder = await findRegistryProgram();

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

test.skipIf(folder === undefined).each(['28', '20.10'] as const)(
  'Engine %s: an image of a registry with a password is resolved, runs, and stays when the registry is gone',
  async (generation) => {
    await using connected = await connectSwarm({ engine: generation, images: [image] });
    const { engine, swarm, proxy } = connected;
    const node = swarm.node('m1');
    const stopRegistry = await startRegistry(node, folder ?? '');
    await eventually(() => pushImage(node, image), {
      what: 'push of the image',
      within: 30_000,
      every: 500,
    });
    await node.client.getImage(image).remove();

    const credentials = await credentialsOf(user.password);
    const registryAuth = (await credentials.authFor(image)) ?? '';
    await expect(engine.distribution(image)).rejects.toMatchObject({ class: 'invalid' });
    const wrong = (await (await credentialsOf('wrong')).authFor(image)) ?? '';
    await expect(engine.distribution(image, { registryAuth: wrong })).rejects.toMatchObject({
      class: 'invalid',
    });

    const absent = engine.distribution(`${registry}/shop/web:2`, { registryAuth });
    await expect(absent).rejects.toMatchObject({ class: 'not-found' });

    const distribution = (wanted: string) => engine.distribution(wanted, { registryAuth });
    const resolved = await resolveImage({ policy: 'always', image, distribution });
    expect(resolved.image).toMatch(new RegExp(`^${image}@sha256:[0-9a-f]{64}$`));
    expect(resolved.platforms).toMatchObject([{ OS: 'linux' }]);

    const spec = sleeper('web');
    Object.assign(spec.TaskTemplate.ContainerSpec ?? {}, { Image: resolved.image });
    const id = await engine.createService(spec, { registryAuth });
    await expect
      .poll(async () => runningTasks(await engine.services(), id), { timeout: 60_000 })
      .toBe(1);

    await stopRegistry();
    const live = { image: resolved.image, written: image };
    const later = await resolveImage({ policy: 'always', image, live, distribution });
    expect(later.image).toBe(resolved.image);
    expect(later.warning).toContain('the service keeps the image that it has');

    const urls = proxy.requests.map((request) => request.path).join('\n');
    expect(urls).not.toContain(registryAuth);
  },
);

/** Credentials of a `docker login` with this password. */
async function credentialsOf(password: string) {
  return openCredentials({ configFile: await logIn(password) });
}

type Running = { ID: string; ServiceStatus?: { RunningTasks: number } };

function runningTasks(services: Running[], id: string): number | undefined {
  return services.find(({ ID }) => ID === id)?.ServiceStatus?.RunningTasks;
}
