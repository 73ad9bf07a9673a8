import { resolve } from 'node:path';
import { allowedVariables } from '../config/read-settings.ts';
import type { ReadOptions } from '../spec/read-specs.ts';
import type { Context } from './command.ts';

/** How the desired directory is read, after the settings. */
export function readOptions({ settings, io }: Context): ReadOptions {
  return {
    directory: resolve(settings.desired),
    environment: allowedVariables(io.environment, settings.environment),
    profiles: settings.profiles,
  };
}
