import type { Compose } from './compose.ts';

/** The keys of a document under which things stand by name. */
export const sections = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const;

export function emptyCompose(): Compose {
  return { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {} };
}
