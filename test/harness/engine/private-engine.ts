import type { TestEngine } from '../engine.ts';
import { ensureWorkloadImage } from '../images/workload.ts';
import { step } from '../log.ts';
import type { Log } from '../log.ts';
import { currentRunId } from '../run-id.ts';
import { daemonLogTail, startDaemon } from './daemon.ts';
import { clearLeftovers, wipeData } from './leftovers.ts';
import { withLock } from './lock.ts';
import { ensurePackages } from './packages.ts';
import { PRIVATE_HOST } from './paths.ts';
import { connect, engineVersion } from './ping.ts';
import { prove } from './proof.ts';
import { addUser, otherUsers, removeUser } from './users.ts';

const PACKAGES = ['docker.io', 'iptables', 'iproute2', 'busybox-static'];
const LOCKED_WITHIN = 900_000;
const ANSWER_WITHIN = 5000;

/**
 * The private Engine: the one that runs when it is healthy, else a new one. Several runs may use it at the same time; it is
 * started and stopped under a lock, and the last to leave stops it.
 */
export async function startPrivateEngine(log: Log): Promise<TestEngine> {
  const runId = currentRunId();
  const workload = await withLock('engine', log, LOCKED_WITHIN, async () => {
    await ensurePackages(PACKAGES, log);
    const image = (await healthy(log, runId)) ?? (await startClean(log));
    addUser(runId);
    return image;
  });
  return { host: PRIVATE_HOST, workload, stop: () => leave(runId, log) };
}

/**
 * The workload image of the private Engine that runs already; undefined when there is none or it does not work. One that
 * other runs use is never taken from them.
 */
async function healthy(log: Log, runId: string): Promise<string | undefined> {
  if ((await engineVersion(PRIVATE_HOST, ANSWER_WITHIN)) === undefined) return undefined;
  try {
    const image = await proven(log);
    log('the private Engine runs already');
    return image;
  } catch (error) {
    if (otherUsers(runId).length > 0) throw error;
    log(`the private Engine runs but does not work, so it is started anew: ${String(error)}`);
    return undefined;
  }
}

async function startClean(log: Log): Promise<string> {
  try {
    return await start(log);
  } catch (error) {
    log(`the private Engine did not start: ${String(error)}\n${daemonLogTail()}`);
    log('trying once more from nothing');
    return await startFromNothing(log);
  }
}

async function startFromNothing(log: Log): Promise<string> {
  try {
    return await start(log, wipeData);
  } catch (error) {
    throw new Error(
      `the private Engine does not start on this machine; set DOCKER_HOST to an Engine that works. Its last words:\n${daemonLogTail()}`,
      { cause: error },
    );
  }
}

async function start(log: Log, prepare = async (): Promise<void> => {}): Promise<string> {
  await clearLeftovers(log);
  await prepare();
  const version = await step(log, 'started the private Engine', startDaemon);
  const image = await proven(log);
  log(`the private Engine ${version} works`);
  return image;
}

async function proven(log: Log): Promise<string> {
  const docker = connect(PRIVATE_HOST);
  const image = await ensureWorkloadImage(docker, log);
  await prove(docker, image, currentRunId());
  return image;
}

async function leave(runId: string, log: Log): Promise<void> {
  await withLock('engine', log, LOCKED_WITHIN, async () => {
    removeUser(runId);
    const others = otherUsers(runId);
    if (others.length > 0) log(`the private Engine stays: ${others.length} other runs use it`);
    else if (process.env['SKEP_TEST_KEEP'] === '1') log('the private Engine stays, as asked');
    else await step(log, 'stopped the private Engine', () => clearLeftovers(log));
  });
}
