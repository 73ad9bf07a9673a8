import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, expect, test } from 'vitest';

import { openCredentials } from '../../src/registry/credentials.ts';
import { resolveImage } from '../../src/registry/resolve-image.ts';
import { eventually } from '../harness/await.ts';
import type { TestNode } from '../harness/node.ts';
import { connectSwarm, sleeper } from './connected.ts';
import { findRegistryProgram, registry, startRegistry, user } from './registry-server.ts';

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
    await eventually(() => push(node), { what: 'push of the image', within: 30_000, every: 500 });
    await node.client.getImage(image).remove();

    const credentials = await logIn(user.password);
    const registryAuth = (await credentials.authFor(image)) ?? '';
    await expect(engine.distribution(image)).rejects.toMatchObject({ class: 'invalid' });
    const wrong = (await (await logIn('wrong')).authFor(image)) ?? '';
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
async function logIn(password: string) {
  const home = await mkdtemp(join(tmpdir(), 'skep-login-'));
  const auth = Buffer.from(`${user.name}:${password}`).toString('base64');
  const configFile = join(home, 'config.json');
  await writeFile(configFile, JSON.stringify({ auths: { [registry]: { auth } } }));
  return openCredentials({ configFile });
}

async function push(node: TestNode): Promise<true> {
  const authconfig = {
    username: user.name,
    password: user.password,
    serveraddress: registry,
  };
  const progress = await text(await node.client.getImage(image).push({ authconfig }));
  if (/errorDetail/.test(progress)) throw new Error(progress);
  return true;
}

type Running = { ID: string; ServiceStatus?: { RunningTasks: number } };

function runningTasks(services: Running[], id: string): number | undefined {
  return services.find(({ ID }) => ID === id)?.ServiceStatus?.RunningTasks;
}
