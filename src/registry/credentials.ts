import { readFile } from 'node:fs/promises';

import { askHelper } from './credential-helper.ts';
import {
  normaliseHost,
  parseDockerConfig,
  serverAddress,
  type Credential,
  type DockerConfig,
} from './docker-config.ts';
import { parseReference } from './reference.ts';

export type Credentials = {
  /** The value of `X-Registry-Auth` for an image; undefined when there is no credential for its registry. */
  authFor(image: string): Promise<string | undefined>;
};

/**
 * Registry credentials from a docker `config.json`, which is read anew at each question, since people log in and tokens
 * change. No file means no credentials. Rejects, without quoting anything, when the file or a helper is broken.
 */
export function openCredentials(options: {
  configFile: string;
  helperTimeoutMs?: number;
}): Credentials {
  return {
    authFor: async (image) => {
      const reference = parseReference(image);
      if (!reference) return undefined;
      const config = parseDockerConfig(await readConfig(options.configFile));
      const ask = (helper: string) =>
        askHelper(helper, serverAddress(reference.domain), options.helperTimeoutMs ?? 10_000);
      const credential = await findCredential(config, reference.domain, ask);
      return credential && registryAuth(credential, serverAddress(reference.domain));
    },
  };
}

/** The registry's own helper first, then the common store, then the file itself. */
async function findCredential(
  config: DockerConfig,
  domain: string,
  ask: (helper: string) => Promise<Credential | undefined>,
): Promise<Credential | undefined> {
  const host = normaliseHost(domain);
  const helper = config.helpers.get(host) ?? config.store;
  const kept = helper === undefined ? undefined : await ask(helper);
  return kept ?? config.auths.get(host);
}

/** The header's value: base64url, padded as the Engine expects it, of what it passes to the registry. */
export function registryAuth(credential: Credential, server: string): string {
  const auth =
    'identityToken' in credential
      ? { identitytoken: credential.identityToken, serveraddress: server }
      : { ...credential, serveraddress: server };
  const encoded = Buffer.from(JSON.stringify(auth)).toString('base64');
  return encoded.replaceAll('+', '-').replaceAll('/', '_');
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing) return '{}';
    throw error;
  }
}
