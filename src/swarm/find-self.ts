import { readFile } from 'node:fs/promises';

import type { Task } from './types.ts';

/** What a process can see of the container that it runs in. */
export type ContainerTraces = { mountinfo: string; cgroup: string; hostname: string };

/** The ID of the service whose task runs in the container, if any. The ID may be the short one. */
export function findSelfService(
  tasks: readonly Task[],
  containerId: string | undefined,
): string | undefined {
  if (containerId === undefined || containerId.length < shortId) return undefined;
  return tasks.find((task) => task.Status.ContainerStatus?.ContainerID?.startsWith(containerId))
    ?.ServiceID;
}

const shortId = 12;

/**
 * The container's ID, or what the host name gives when it looks like one. Which trace is there depends on the cgroup
 * version and the storage driver; the host name may have been set to anything.
 */
export function parseContainerId(traces: ContainerTraces): string | undefined {
  return (
    /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf)\s/.exec(traces.mountinfo)?.[1] ??
    /[/-]([0-9a-f]{64})(?:\.scope)?$/m.exec(traces.cgroup)?.[1] ??
    /^[0-9a-f]{12}$/.exec(traces.hostname)?.[0]
  );
}

/** The ID of the container that this process runs in; undefined outside of one. */
export async function readContainerId(hostname: string): Promise<string | undefined> {
  const [mountinfo, cgroup] = await Promise.all([
    readTrace('/proc/self/mountinfo'),
    readTrace('/proc/self/cgroup'),
  ]);
  return parseContainerId({ mountinfo, cgroup, hostname });
}

/** Not every system has every trace. */
function readTrace(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
