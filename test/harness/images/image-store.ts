import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { inTime } from '../await.ts';
import type { Log } from '../log.ts';

const REGISTRY_ANSWERS_WITHIN = 30_000;
const PULL_WITHIN = 300_000;

export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  const images = await docker.listImages({ filters: { reference: [name] } });
  return images.length > 0;
}

/** Pulls an image and gives it our name. False, with the reason logged, when the Engine cannot get it. */
export async function pullImage(
  docker: Docker,
  image: string,
  as: string,
  log: Log,
): Promise<boolean> {
  try {
    const pulling = await inTime(docker.pull(image), REGISTRY_ANSWERS_WITHIN);
    await inTime(finished(docker, pulling), PULL_WITHIN);
    await tagImage(docker, image, as);
    return true;
  } catch (error) {
    log(`${image} cannot be pulled: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** Makes an image of a tar archive of a file system. The name is given last: a half-made image never carries it. */
export async function importImage(
  docker: Docker,
  archive: string | Buffer,
  name: string,
  changes: readonly string[],
): Promise<void> {
  const file = typeof archive === 'string' ? archive : Readable.from([archive]);
  const options = { changes: [...changes] };
  const answer = await docker.importImage(file, options);
  const last = (await finished(docker, answer)).at(-1);
  await tagImage(docker, last?.status ?? '', name);
}

/** Builds an image from a tar archive with a Dockerfile in it. The name is given last, here too. */
export async function buildImage(docker: Docker, archive: string, name: string): Promise<void> {
  await finished(docker, await docker.buildImage(archive, { t: name }));
}

/** Loads an image archive into an Engine. */
export async function loadImage(docker: Docker, archive: Buffer): Promise<void> {
  await finished(docker, await docker.loadImage(Readable.from([archive]), { quiet: true }));
}

export async function tagImage(docker: Docker, image: string, as: string): Promise<void> {
  const at = as.lastIndexOf(':');
  await docker.getImage(image).tag({ repo: as.slice(0, at), tag: as.slice(at + 1) });
}

interface Progress {
  status?: string;
  error?: string;
}

/** Waits for the end of what an Engine reports while it works; an error among it is thrown. */
function finished(docker: Docker, answer: NodeJS.ReadableStream): Promise<Progress[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Progress[]>();
  docker.modem.followProgress(answer, (error: Error | null, all: Progress[]) => {
    const failure = error ?? all.find((line) => line.error !== undefined)?.error;
    if (failure) reject(failure instanceof Error ? failure : new Error(failure));
    else resolve(all);
  });
  return promise;
}
