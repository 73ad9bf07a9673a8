import type Docker from 'dockerode';
import { inTime } from '../await.ts';
import { removeContainer, removeNetwork } from '../cleanup.ts';
import { createNetwork } from '../network.ts';
import { RUN_LABEL } from '../run-id.ts';

const PROOF_WITHIN = 60_000;

/**
 * Proves that an Engine can do what nodes need: a privileged container on a network of its own. One that merely answers may be the
 * half-broken remains of something.
 */
export async function prove(docker: Docker, image: string, runId: string): Promise<void> {
  const network = await inTime(createNetwork(docker, runId), PROOF_WITHIN);
  try {
    await inTime(runOnce(docker, image, network.name, runId), PROOF_WITHIN);
  } finally {
    await removeNetwork(docker, network.id);
  }
}

async function runOnce(
  docker: Docker,
  image: string,
  network: string,
  runId: string,
): Promise<void> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['true'],
    Labels: { [RUN_LABEL]: runId },
    HostConfig: { Privileged: true, NetworkMode: network },
  });
  try {
    await container.start();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    if (code !== 0) throw new Error(`a trial container ended with code ${code}`);
  } finally {
    await removeContainer(docker, container.id);
  }
}
