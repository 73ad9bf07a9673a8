import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type Docker from 'dockerode';
import { command } from '../command.ts';
import { withLock } from '../engine/lock.ts';
import { whyNoPackages } from '../engine/packages.ts';
import { SCRATCH_DIR } from '../engine/paths.ts';
import { step } from '../log.ts';
import type { Log } from '../log.ts';
import { bootstrap, bootstrapRecipe, prepareScratch } from './debian-bootstrap.ts';
import type { DebianSource } from './debian-bootstrap.ts';
import { hasImage, importImage, pullImage } from './image-store.ts';

/** The Dockerfile's own default. */
const PUBLIC_IMAGE = 'node:26-bookworm-slim';
const SOURCE: DebianSource = {
  suite: 'bookworm',
  packages: ['libstdc++6', 'libatomic1'],
};
/** npm's built-in settings, below /usr/local: they go with it where an image does without npm. */
const NPM_SETTINGS = 'lib/node_modules/npm/npmrc';
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt';
const LOCKED_WITHIN = 900_000;

/**
 * An image with Node and npm that Skep's own can be built on: the official one, or Debian with the Node of this process and the
 * npm of this machine, set up to reach the registry that the machine uses. Returns its name on the Engine.
 */
export async function ensureRuntimeImage(docker: Docker, log: Log): Promise<string> {
  const npm = await thisNpm();
  const name = imageName(npm);
  if (await hasImage(docker, name)) return name;
  if (await pullImage(docker, PUBLIC_IMAGE, name, log)) return name;
  const reason = whyNoPackages();
  if (reason !== undefined) {
    throw new Error(`${PUBLIC_IMAGE} cannot be pulled, nor made of Debian's packages: ${reason}`);
  }
  await withLock('images', log, LOCKED_WITHIN, async () => {
    if (await hasImage(docker, name)) return;
    await prepareScratch(log);
    await step(log, `made ${name} from Debian's packages`, () => make(docker, name, npm));
  });
  return name;
}

interface Npm {
  folder: string;
  version: string;
  registry: string;
}

async function thisNpm(): Promise<Npm> {
  const ask = async (program: string, ...args: string[]) =>
    (await command(program, args, { within: 30_000 })).trim();
  const program = realpathSync(await ask('sh', '-c', 'command -v npm'));
  return {
    folder: dirname(dirname(program)),
    version: await ask('npm', '--version'),
    registry: await ask('npm', 'config', 'get', 'registry'),
  };
}

async function make(docker: Docker, name: string, npm: Npm): Promise<void> {
  const root = `${SCRATCH_DIR}/node`;
  layOut(root, npm);
  const archive = await bootstrap(SOURCE, root);
  await importImage(docker, archive, name, [`ENV NODE_EXTRA_CA_CERTS=/${CERTIFICATES}`]);
  rmSync(root, { recursive: true });
  rmSync(archive);
}

/** What comes on top of Debian, where the official image has it too. */
function layOut(root: string, { folder, registry }: Npm): void {
  const local = `${root}/usr/local`;
  for (const path of [`${local}/bin`, `${local}/lib/node_modules`]) {
    mkdirSync(path, { recursive: true });
  }
  cpSync(process.execPath, `${local}/bin/node`);
  cpSync(folder, `${local}/lib/node_modules/npm`, { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', `${local}/bin/npm`);
  writeFileSync(`${local}/${NPM_SETTINGS}`, `registry=${registry}\ncafile=/${CERTIFICATES}\n`);
  // The machine's own certificates: the way to the registry may lead through one that only it knows.
  mkdirSync(`${root}/etc/ssl/certs`, { recursive: true });
  cpSync(`/${CERTIFICATES}`, `${root}/${CERTIFICATES}`, { dereference: true });
}

/** The tag tells the recipe: an image made by another one is not taken for it. */
function imageName({ version, registry }: Npm): string {
  const certificates = whyNoPackages() === undefined ? readFileSync(`/${CERTIFICATES}`) : '';
  const hash = createHash('sha256')
    .update(JSON.stringify([PUBLIC_IMAGE, bootstrapRecipe(SOURCE), NPM_SETTINGS]))
    .update(`${process.version} ${version} ${registry}`)
    .update(certificates);
  return `skep-test-runtime:${hash.digest('hex').slice(0, 12)}`;
}
