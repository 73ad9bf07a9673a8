import type Docker from 'dockerode';
import type { Reach } from './node-container.ts';

interface EngineInfo {
  OperatingSystem: string;
  SecurityOptions?: string[];
}

/** Containers' own addresses are reached only where an Engine runs on this very machine, and as root. */
export async function nodeReach(docker: Docker, host: string): Promise<Reach> {
  const info = (await docker.info()) as EngineInfo;
  const elsewhere = info.OperatingSystem.includes('Docker Desktop') || process.platform !== 'linux';
  const rootless = (info.SecurityOptions ?? []).some((option) => option.includes('rootless'));
  return host.startsWith('unix://') && !elsewhere && !rootless ? 'address' : 'port';
}
