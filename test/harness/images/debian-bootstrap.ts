import { mkdirSync, rmSync } from 'node:fs';
import { command, tryCommand } from '../command.ts';
import { systemEnvironment } from '../environment.ts';
import { unmountBelow } from '../engine/mounts.ts';
import { ensurePackages } from '../engine/packages.ts';
import { SCRATCH_DIR } from '../engine/paths.ts';
import { killScratchProcesses } from '../engine/processes.ts';
import type { Log } from '../log.ts';

const BOOTSTRAP_WITHIN = 600_000;
const ATTEMPTS = 2;

export interface DebianSource {
  /** the Debian release; each has an Engine of another generation */
  suite: string;
  packages: string[];
}

/** What decides how an image comes out, but for where the packages are fetched from. */
export function bootstrapRecipe({ suite, packages }: DebianSource): string[] {
  return [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    // A testing release is re-signed often, and a mirror may be behind by more than its signature's validity.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=Acquire::Retries "3"',
    // Nobody reads manuals in a node, and the image is smaller by a fifth.
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    suite,
  ];
}

/** Removes what an interrupted bootstrap left. With the lock for images held, nothing there is in use. */
export async function prepareScratch(log: Log): Promise<void> {
  await ensurePackages(['mmdebstrap', 'debian-archive-keyring'], log);
  await killScratchProcesses();
  await unmountBelow([SCRATCH_DIR]);
  rmSync(SCRATCH_DIR, { recursive: true, force: true });
  mkdirSync(SCRATCH_DIR, { recursive: true });
}

/** Makes a file system from Debian's packages, and the files of a folder over them; returns the path of its archive. */
export async function bootstrap(source: DebianSource, over?: string): Promise<string> {
  const archive = `${SCRATCH_DIR}/${source.suite}.tar`;
  const mirror = await debianMirror();
  const hook = over === undefined ? [] : [`--customize-hook=cp -a '${over}/.' "$1"`];
  const args = [...hook, ...bootstrapRecipe(source), archive, mirror];
  const options = {
    within: BOOTSTRAP_WITHIN,
    env: systemEnvironment({ TMPDIR: SCRATCH_DIR }),
  };
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    if ((await tryCommand('mmdebstrap', args, options)).code === 0) return archive;
    rmSync(archive, { force: true });
  }
  await command('mmdebstrap', args, options);
  return archive;
}

/** Where this machine itself gets Debian's packages from. */
async function debianMirror(): Promise<string> {
  const format = '$(REPO_URI) $(ORIGIN) $(LABEL)';
  const targets = await command(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages'],
    { within: 30_000 },
  );
  const mirror = targets
    .split('\n')
    .find((line) => line.endsWith(' Debian Debian'))
    ?.split(' ')[0];
  if (mirror === undefined) {
    throw new Error(
      'the apt sources of this machine name no Debian mirror to make node images from',
    );
  }
  return mirror;
}
