import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type Docker from 'dockerode';
import { step } from '../log.ts';
import type { Log } from '../log.ts';
import { bootstrap, bootstrapRecipe, prepareScratch } from './debian-bootstrap.ts';
import { GENERATIONS, SOURCES } from './generations.ts';
import type { Generation } from './generations.ts';
import { hasImage, importImage, pullImage } from './image-store.ts';
import { withLock } from '../engine/lock.ts';
import { whyNoPackages } from '../engine/packages.ts';

/** The name of each image on the Engine; for one that cannot be had, the reason. */
export type NodeImages = Partial<Record<Generation, NodeImage>>;
export type NodeImage = { image: string } | { missing: string };

const LOCKED_WITHIN = 900_000;

/** Makes sure of the images that nodes are started from. What cannot be had is logged and told in the result, never thrown. */
export async function ensureNodeImages(
  docker: Docker,
  log: Log,
  generations: readonly Generation[] = GENERATIONS,
): Promise<NodeImages> {
  const wanted = await Promise.all(generations.map((name) => fromEngine(docker, name)));
  const missing = wanted.filter((name) => name !== undefined);
  const pulled = await Promise.all(missing.map((name) => fromRegistry(docker, name, log)));
  const toMake = pulled.filter((name) => name !== undefined);
  const failures = toMake.length === 0 ? new Map() : await makeAll(docker, toMake, log);
  const images: NodeImages = {};
  for (const generation of generations) {
    const reason = failures.get(generation);
    images[generation] =
      reason === undefined ? { image: imageName(generation) } : { missing: reason };
  }
  return images;
}

async function fromEngine(docker: Docker, generation: Generation): Promise<Generation | undefined> {
  return (await hasImage(docker, imageName(generation))) ? undefined : generation;
}

async function fromRegistry(
  docker: Docker,
  generation: Generation,
  log: Log,
): Promise<Generation | undefined> {
  const { publicImage } = SOURCES[generation];
  const pulled = await pullImage(docker, publicImage, imageName(generation), log);
  return pulled ? undefined : generation;
}

/** Makes images side by side; returns why the ones that failed did. */
async function makeAll(
  docker: Docker,
  generations: readonly Generation[],
  log: Log,
): Promise<Map<Generation, string>> {
  const reason = whyNoPackages();
  if (reason !== undefined) {
    const why = `${reason}, so it cannot be made from Debian's packages either`;
    return new Map(generations.map((generation) => [generation, why]));
  }
  const failures = new Map<Generation, string>();
  await withLock('images', log, LOCKED_WITHIN, async () => {
    await prepareScratch(log);
    await Promise.all(
      generations.map(async (generation) => {
        try {
          await make(docker, generation, log);
        } catch (error) {
          failures.set(generation, String(error));
          log(`NO NODES OF ENGINE ${generation}: ${String(error)}`);
        }
      }),
    );
  });
  return failures;
}

async function make(docker: Docker, generation: Generation, log: Log): Promise<void> {
  const name = imageName(generation);
  // Another run may have made it while this one waited for the lock.
  if (await hasImage(docker, name)) return;
  await step(log, `made ${name} from Debian's packages`, async () => {
    const archive = await bootstrap(SOURCES[generation]);
    await importImage(docker, archive, name, []);
    rmSync(archive, { force: true });
  });
}

/** The tag tells the recipe: an image made by another one is not taken for it. */
function imageName(generation: Generation): string {
  const recipe = JSON.stringify([SOURCES[generation], bootstrapRecipe(SOURCES[generation])]);
  const hash = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  return `skep-test-node:${generation}-${hash}`;
}
