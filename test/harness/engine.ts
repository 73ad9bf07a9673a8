import { ensureWorkloadImage } from './images/workload.ts';
import { connect, engineVersion } from './engine/ping.ts';
import { usualHosts } from './engine/usual-hosts.ts';
import { prove } from './engine/proof.ts';
import { whyNoPackages } from './engine/packages.ts';
import { startPrivateEngine } from './engine/private-engine.ts';
import type { Log } from './log.ts';
import { currentRunId } from './run-id.ts';

/** The Engine that nodes run on, as containers. */
export interface TestEngine {
  host: string;
  /** the image services run in tests, on this Engine */
  workload: string;
  /** Ends an Engine that was started for the tests, unless SKEP_TEST_KEEP=1 or another run uses it. */
  stop(): Promise<void>;
}

const ANSWER_WITHIN = 5000;

/**
 * The machine's own Engine when there is one that works (DOCKER_HOST, or a usual socket). Else, as root on Debian or Ubuntu, a
 * private one that is installed and started here.
 */
export async function findOrStartEngine(log: Log): Promise<TestEngine> {
  for (const host of usualHosts()) {
    const workload = await usable(host, log);
    if (workload !== undefined) return { host, workload, stop: async () => {} };
  }
  const reason = whyNoPackages();
  if (reason !== undefined) {
    throw new Error(
      `no Docker Engine that can run privileged containers answers at ${usualHosts().join(' or ')}, and none can be installed: ${reason}. Start Docker, or set DOCKER_HOST.`,
    );
  }
  log('no Docker Engine answers here: using a private one for the tests');
  return await startPrivateEngine(log);
}

/** Undefined, with the reason logged, when no Engine answers at a host or it cannot do what nodes need. */
async function usable(host: string, log: Log): Promise<string | undefined> {
  const version = await engineVersion(host, ANSWER_WITHIN);
  if (version === undefined) return undefined;
  try {
    const docker = connect(host);
    const workload = await ensureWorkloadImage(docker, log);
    await prove(docker, workload, currentRunId());
    log(`using the Engine ${version} at ${host}`);
    return workload;
  } catch (error) {
    log(`the Engine ${version} at ${host} does not serve: ${String(error)}`);
    return undefined;
  }
}
