import { removeDeadRuns, removeRun } from './cleanup.ts';
import { findOrStartEngine } from './engine.ts';
import { connect } from './engine/ping.ts';
import { GENERATIONS } from './images/generations.ts';
import type { Generation } from './images/generations.ts';
import { ensureNodeImages } from './images/node-image.ts';
import type { NodeImages } from './images/node-image.ts';
import type { Log } from './log.ts';
import { currentRunId } from './run-id.ts';

/** All that swarms are booted from. Plain data: it travels from the process that prepares to those that test. */
export interface Lab {
  /** the outer Engine */
  host: string;
  /** the label everything gets; see run-id.ts */
  runId: string;
  /** the image services run */
  workload: string;
  nodeImages: NodeImages;
}

export interface OpenLab {
  lab: Lab;
  /** Removes all the run has left, and stops the Engine when it was started for it. Returns what had to be removed. */
  close(): Promise<string[]>;
}

/** Makes everything ready to boot swarms: an Engine, no remains of dead runs, and images. */
export async function openLab(
  log: Log,
  generations: readonly Generation[] = GENERATIONS,
): Promise<OpenLab> {
  const engine = await findOrStartEngine(log);
  const { host, workload } = engine;
  const docker = connect(host);
  const runId = currentRunId();
  const close = async (): Promise<string[]> => {
    const left = await removeRun(docker, log, runId);
    await engine.stop();
    return left;
  };
  try {
    await removeDeadRuns(docker, log);
    const nodeImages = await ensureNodeImages(docker, log, generations);
    return { lab: { host, runId, workload, nodeImages }, close };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
