import { fileURLToPath } from 'node:url';
import { command } from '../command.ts';
import { systemEnvironment } from '../environment.ts';
import { connect } from '../engine/ping.ts';
import type { Lab } from '../lab.ts';
import { step } from '../log.ts';
import type { Log } from '../log.ts';
import { ensureRuntimeImage } from './runtime-image.ts';

const BUILT_WITHIN = 600_000;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds the Dockerfile of this project on the outer Engine; returns the image's name there. */
export async function buildSkepImage({ host }: Lab, log: Log): Promise<string> {
  const base = await ensureRuntimeImage(connect(host), log);
  const name = 'skep-test-skep:latest';
  // The private Engine has no bridge that a build could use.
  const options = ['--network', 'host', '--build-arg', `NODE_IMAGE=${base}`, '--tag', name];
  await step(log, `built ${name}`, () =>
    command('docker', ['--host', host, 'build', ...options, root], {
      within: BUILT_WITHIN,
      env: systemEnvironment(),
    }),
  );
  return name;
}
