import { resolve } from 'node:path';
import { allowedVariables } from '../config/read-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { ReadOptions } from '../spec/read-specs.ts';
import { ageIdentities } from '../spec/sops/data-key.ts';
import { decryptFile } from '../spec/sops/decrypt-file.ts';
import type { Context } from './command.ts';

/** How the desired directory is read, after the settings. */
export function readOptions({ settings, io }: Context): ReadOptions {
  return {
    directory: resolve(settings.desired),
    environment: allowedVariables(io.environment, settings.environment),
    profiles: settings.profiles,
    decrypt: decrypter(settings),
  };
}

/** Opens what SOPS encrypted, with the age keys of the settings. */
export function decrypter(settings: Settings) {
  const identities = ageIdentities(settings.ageKey ?? '');
  return (file: string, bytes: Buffer) => decryptFile(file, bytes, identities);
}
