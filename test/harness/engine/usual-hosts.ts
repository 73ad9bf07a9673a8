import { existsSync } from 'node:fs';
import { homedir } from 'node:os';

/** Where a working Engine may be: DOCKER_HOST alone when it is set, else the sockets Docker is known to use that exist. */
export function usualHosts(env: NodeJS.ProcessEnv = process.env): string[] {
  if (env['DOCKER_HOST']) return [env['DOCKER_HOST']];
  const sockets = ['/var/run/docker.sock', `${homedir()}/.docker/run/docker.sock`];
  if (env['XDG_RUNTIME_DIR']) sockets.push(`${env['XDG_RUNTIME_DIR']}/docker.sock`);
  return sockets.filter((socket) => existsSync(socket)).map((socket) => `unix://${socket}`);
}
