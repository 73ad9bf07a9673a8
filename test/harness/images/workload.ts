import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { command } from '../command.ts';
import { ensurePackages } from '../engine/packages.ts';
import { step } from '../log.ts';
import type { Log } from '../log.ts';
import { buildImage, hasImage, pullImage } from './image-store.ts';

const PUBLIC_IMAGE = 'busybox:1.36';
const APPLETS =
  'sh sleep true false httpd nslookup nc wget cat echo ls env hostname date id ps ip ping test touch rm mkdir mv printf kill tail head grep sed awk vi top mount df';
/**
 * A service without a command stays up, as the images that this one stands for do; and none takes ten seconds to stop, as a
 * `sleep` that ignores SIGTERM would.
 */
const DOCKERFILE = `FROM scratch
COPY root /
ENV PATH=/bin
CMD ["sleep", "2147483647"]
STOPSIGNAL SIGKILL
`;

/** The image that services in tests run: a busybox of two megabytes. Returns its name on the Engine. */
export async function ensureWorkloadImage(docker: Docker, log: Log): Promise<string> {
  if (await hasImage(docker, WORKLOAD_IMAGE)) return WORKLOAD_IMAGE;
  if (await pullImage(docker, PUBLIC_IMAGE, WORKLOAD_IMAGE, log)) return WORKLOAD_IMAGE;
  await ensurePackages(['busybox-static'], log);
  await step(log, `made ${WORKLOAD_IMAGE}`, () => make(docker));
  return WORKLOAD_IMAGE;
}

/** The image as `docker load` takes it. */
export async function exportImage(docker: Docker, image: string): Promise<Buffer> {
  return await buffer(await docker.getImage(image).get());
}

const WORKLOAD_IMAGE = `skep-test-workload:${createHash('sha256')
  .update(APPLETS + DOCKERFILE)
  .digest('hex')
  .slice(0, 12)}`;

async function make(docker: Docker): Promise<void> {
  const context = mkdtempSync(`${tmpdir()}/skep-workload-`);
  try {
    const root = `${context}/root`;
    for (const folder of ['bin', 'etc', 'tmp', 'www']) {
      mkdirSync(`${root}/${folder}`, { recursive: true });
    }
    cpSync('/bin/busybox', `${root}/bin/busybox`);
    for (const applet of APPLETS.split(' ')) symlinkSync('busybox', `${root}/bin/${applet}`);
    writeFileSync(`${context}/Dockerfile`, DOCKERFILE);
    const archive = `${context}.tar`;
    await command('tar', ['-C', context, '-cf', archive, '.'], { within: 60_000 });
    await buildImage(docker, archive, WORKLOAD_IMAGE);
    rmSync(archive);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
