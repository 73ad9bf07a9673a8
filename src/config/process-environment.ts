import type { Environment } from './read-settings.ts';

/** The only place that reads the process's environment. */
export function processEnvironment(): Environment {
  return process.env;
}
