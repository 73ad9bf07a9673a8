import { execFile } from 'node:child_process';
import { access, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { runInside } from '../harness/cli.ts';
import type { TestNode } from '../harness/node.ts';

const run = promisify(execFile);

export const user = { name: 'ann', password: 'hunter2 of the test' };
/** Engines speak plain HTTP with registries of their own machine. */
export const registry = '127.0.0.1:5000';

const configuration = `version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/test-registry } }
http: { addr: ${registry} }
auth: { htpasswd: { realm: test, path: /opt/test-registry/htpasswd } }
`;
const passwords = `${user.name}:$2y$05$abcdefghijklmnopqrstuuTJ/QhyJe55AkJfQKJeoogop8V0dg8G6\n`;

/** Debian's registry program in a folder, or undefined where it is not to be had. */
export async function findRegistryProgram(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'skep-registry-'));
  const program = join(folder, 'docker-registry');
  try {
    await run('apt-get', ['download', 'docker-registry'], { cwd: folder, timeout: 60_000 });
    await run('sh', ['-c', 'dpkg -x docker-registry_*.deb .'], { cwd: folder });
    await copyFile(join(folder, 'usr/bin/docker-registry'), program);
    await access(program);
    await writeFile(join(folder, 'config.yml'), configuration);
    await writeFile(join(folder, 'htpasswd'), passwords);
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
}

/** Starts a registry on a node, which asks for a password. Returns what stops it. */
export async function startRegistry(node: TestNode, folder: string): Promise<() => Promise<void>> {
  const archive = await run(
    'tar',
    ['-C', folder, '-c', 'docker-registry', 'config.yml', 'htpasswd'],
    {
      encoding: 'buffer',
      maxBuffer: 100e6,
    },
  );
  await runInside(node.container, ['mkdir', '-p', '/opt/test-registry']);
  await node.container.putArchive(archive.stdout, { path: '/opt/test-registry' });
  const started = await node.container.exec({
    Cmd: [
      'sh',
      '-c',
      'echo $$ > /tmp/registry.pid; exec /opt/test-registry/docker-registry serve /opt/test-registry/config.yml',
    ],
  });
  await started.start({ Detach: true });
  return async () => {
    await runInside(node.container, ['sh', '-c', 'kill -9 "$(cat /tmp/registry.pid)"']);
  };
}

/** Pushes an image of a node into the registry, with the user's password. */
export async function pushImage(node: TestNode, image: string): Promise<true> {
  const authconfig = { username: user.name, password: user.password, serveraddress: registry };
  const progress = await text(await node.client.getImage(image).push({ authconfig }));
  if (/errorDetail/.test(progress)) throw new Error(progress);
  return true;
}

/** What `docker login` leaves behind: a folder with a config.json of this password. Returns the file. */
export async function logIn(password: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'skep-login-'));
  const auth = Buffer.from(`${user.name}:${password}`).toString('base64');
  const configFile = join(home, 'config.json');
  await writeFile(configFile, JSON.stringify({ auths: { [registry]: { auth } } }));
  return configFile;
}
