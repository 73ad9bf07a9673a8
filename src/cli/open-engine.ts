import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectEngine } from '../swarm/connect-engine.ts';
import type { Engine } from '../swarm/engine.ts';
import type { Settings } from '../config/settings.ts';
import { CliError } from './command.ts';
import type { Context } from './command.ts';

/** A connection to the Engine that the settings name; the caller closes it. */
export async function openEngine({ settings }: Context): Promise<Engine> {
  const tls = tlsOf(settings);
  return await connectEngine({ host: settings.host, ...(tls ? { tls } : {}) });
}

/** The certificates of `--cert-path`, as the docker CLI lays them out, when TLS is wished for. */
export function tlsOf({ tlsVerify, certPath }: Settings) {
  if (!tlsVerify) return undefined;
  if (!certPath)
    throw new CliError('--tls-verify needs --cert-path, with ca.pem, cert.pem and key.pem');
  const read = (file: string) => {
    try {
      return readFileSync(join(certPath, file), 'utf8');
    } catch {
      throw new CliError(`cannot read ${join(certPath, file)}`);
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
