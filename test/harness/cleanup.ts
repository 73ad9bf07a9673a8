import type Docker from 'dockerode';
import { eventually } from './await.ts';
import { step } from './log.ts';
import type { Log } from './log.ts';
import { RUN_LABEL, runState } from './run-id.ts';

const OLD_AFTER = 2 * 3_600_000;

/** Removes what runs that are dead left on an Engine; what a run of another machine left, when it is hours old. */
export async function removeDeadRuns(docker: Docker, log: Log): Promise<void> {
  await removeOf(docker, log, (runId, created) => {
    const state = runState(runId);
    return state === 'dead' || (state === 'unknown' && Date.now() - created > OLD_AFTER);
  });
}

/** Removes everything a run has on an Engine; returns what there was, such as `container m1`. */
export async function removeRun(docker: Docker, log: Log, runId: string): Promise<string[]> {
  return await removeOf(docker, log, (owner) => owner === runId);
}

type Condemned = (runId: string, created: number) => boolean;

async function removeOf(docker: Docker, log: Log, condemned: Condemned): Promise<string[]> {
  const { containers, networks, volumes } = await listLabelled(docker, condemned);
  const names = [
    ...containers.map((container) => `container ${container.Names[0]}`),
    ...networks.map((network) => `network ${network.Name}`),
    ...volumes.map((volume) => `volume ${volume.Name}`),
  ];
  if (names.length === 0) return names;
  await step(log, `removed what a run left: ${names.join(', ')}`, async () => {
    await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id)));
    await Promise.all(networks.map(({ Id }) => removeNetwork(docker, Id)));
    await Promise.all(volumes.map(({ Name }) => docker.getVolume(Name).remove({ force: true })));
  });
  return names;
}

async function listLabelled(docker: Docker, condemned: Condemned) {
  const filters = { label: [RUN_LABEL] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const of = (labels: Record<string, string> | undefined, created: number) =>
    condemned(labels?.[RUN_LABEL] ?? '', created);
  return {
    containers: containers.filter(({ Labels, Created }) => of(Labels, Created * 1000)),
    networks: networks.filter(({ Labels, Created }) => of(Labels, Date.parse(Created))),
    volumes: (volumes.Volumes ?? []).filter(({ Labels }) => of(Labels, 0)),
  };
}

/** Removes a container with its anonymous volumes, however it stands; one that is gone already is fine. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  // A paused one is killed only after ten seconds of waiting for it. Most are not paused, and then this is refused.
  await container.unpause().catch(() => {});
  await gone(`removing container ${id}`, () => container.remove({ force: true, v: true }));
}

/** Removes a network; one that is gone already is fine. */
export async function removeNetwork(docker: Docker, id: string): Promise<void> {
  await gone(`removing network ${id}`, () => docker.getNetwork(id).remove());
}

/** Repeats a removal until the Engine says there is no such thing: it may be busy with it, or with another's. */
async function gone(what: string, remove: () => Promise<unknown>): Promise<void> {
  await eventually(
    async () => {
      try {
        await remove();
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return true;
        throw error;
      }
    },
    { what, within: 60_000, every: 300 },
  );
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}
