import type { DebianSource } from './debian-bootstrap.ts';

/** The generations of Engine that nodes run. */
export const GENERATIONS = ['28', '26', '20.10'] as const;

export type Generation = (typeof GENERATIONS)[number];

export interface GenerationSource extends DebianSource {
  /** where a registry is reachable */
  publicImage: string;
}

const COMMON = ['docker.io', 'iptables', 'iproute2', 'ca-certificates'];

export const SOURCES: Readonly<Record<Generation, GenerationSource>> = {
  '28': { publicImage: 'docker:28-dind', suite: 'forky', packages: [...COMMON, 'docker-cli'] },
  '26': { publicImage: 'docker:26-dind', suite: 'trixie', packages: [...COMMON, 'docker-cli'] },
  '20.10': { publicImage: 'docker:20.10-dind', suite: 'bookworm', packages: COMMON },
};
