import type { SwarmNode, Task } from '../swarm/types.ts';
import { degraded, progressing, type ServiceHealth } from './service-health.ts';
import { isOver } from '../swarm/task-states.ts';
import { isWanted, placeOf, stateSince } from './task-state.ts';

/** How long a state may last before it means trouble. */
const patience = { new: 30_000, assigned: 60_000, preparing: 300_000 };

/**
 * What keeps tasks from running, or undefined when they are simply under way. `tasks` are those made from the present
 * spec; the worst that is found is told.
 */
export function findTrouble(
  tasks: readonly Task[],
  nodes: readonly SwarmNode[],
  now: number,
): ServiceHealth | undefined {
  const found = placesOf(tasks)
    .map((place) => placeTrouble(place, nodes, now))
    .filter((trouble) => trouble !== undefined);
  return found.find((trouble) => trouble.health === 'degraded') ?? found[0];
}

/** The task that should run in a place, and those before it that ended, the last one first. */
type TaskPlace = { current: Task | undefined; ended: Task[] };

function placesOf(tasks: readonly Task[]): TaskPlace[] {
  return [...Map.groupBy(newestFirst(tasks), placeOf).values()].map((there) => ({
    current: there.find((task) => isWanted(task) && !isOver(task.Status.State)),
    ended: there.filter((task) => isOver(task.Status.State)),
  }));
}

function placeTrouble(
  { current, ended }: TaskPlace,
  nodes: readonly SwarmNode[],
  now: number,
): ServiceHealth | undefined {
  const trouble = current && taskTrouble(current, nodes, now);
  return trouble ?? (current?.Status.State === 'running' ? undefined : lastFailure(ended, current));
}

function newestFirst(tasks: readonly Task[]): Task[] {
  return tasks.toSorted((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt));
}

function taskTrouble(
  task: Task,
  nodes: readonly SwarmNode[],
  now: number,
): ServiceHealth | undefined {
  const lasted = now - stateSince(task);
  const reported = task.Status.Err ?? '';
  switch (task.Status.State) {
    case 'new':
      return reported === '' && lasted > patience.new ? notAllocated() : undefined;
    case 'pending':
      return reported === '' ? undefined : noSuitableNode(reported);
    case 'assigned':
    case 'accepted':
      return lasted > patience.assigned ? silentNode(nodeName(task, nodes)) : undefined;
    case 'preparing':
      return lasted > patience.preparing ? slowPreparation(nodeName(task, nodes)) : undefined;
    case 'running':
      return isDown(task, nodes) ? downNode(nodeName(task, nodes)) : undefined;
    default:
      return undefined;
  }
}

function lastFailure(ended: readonly Task[], current: Task | undefined): ServiceHealth | undefined {
  const task = ended[0];
  const reported = task?.Status.Err ?? '';
  switch (task?.Status.State) {
    case 'rejected':
      return imageMissing(reported)
        ? degraded(
            'ImageMissing',
            `A node cannot get the image (${reported}): correct its name or tag, or the registry's credentials.`,
          )
        : degraded('TaskRejected', `A node refuses the task: ${reported || 'no reason given'}.`);
    case 'failed': {
      const failures = ended.filter((task) => task.Status.State === 'failed').length;
      return failing(current === undefined || failures > 1, reported || exitCode(task));
    }
    case 'orphaned':
      return degraded(
        'TaskOrphaned',
        'A task was lost with its node: bring the node back or remove it from the Swarm.',
      );
    default:
      return undefined;
  }
}

function imageMissing(reported: string): boolean {
  return /no such image|manifest (unknown|for)|pull access denied|not found: manifest/i.test(
    reported,
  );
}

function exitCode(task: Task): string {
  return `exit code ${task.Status.ContainerStatus?.ExitCode ?? 'unknown'}`;
}

function failing(again: boolean, reported: string): ServiceHealth {
  return again
    ? degraded('TaskFailing', `Tasks fail (${reported}): see docker service logs.`)
    : progressing('TaskRestarting', `A task failed (${reported}) and is started again.`);
}

/** Swarm keeps the reason in the leader's log alone. https://github.com/moby/moby/issues/37338 */
function notAllocated(): ServiceHealth {
  return degraded(
    'NotAllocated',
    'Swarm has given a task no network address for 30 s: most likely a network has none left. Use a larger subnet or endpoint_mode dnsrr, or look into the log of the leading manager.',
  );
}

function noSuitableNode(reported: string): ServiceHealth {
  return degraded(
    'NoSuitableNode',
    `No node can take a task (${reported}): change the placement or the resources, or add a node.`,
  );
}

function silentNode(node: string): ServiceHealth {
  return degraded('NodeSilent', `Node ${node} does not take up its task: see its Engine.`);
}

function downNode(node: string): ServiceHealth {
  return degraded(
    'NodeDown',
    `A task was running on node ${node}, which is down: bring the node back or remove it from the Swarm.`,
  );
}

function slowPreparation(node: string): ServiceHealth {
  return progressing(
    'Preparing',
    `Node ${node} has been preparing a task for minutes: it pulls a large image, or its network has no address left for the node's load balancer.`,
  );
}

function isDown(task: Task, nodes: readonly SwarmNode[]): boolean {
  return nodes.some((node) => node.ID === task.NodeID && node.Status.State === 'down');
}

function nodeName(task: Task, nodes: readonly SwarmNode[]): string {
  const node = nodes.find((node) => node.ID === task.NodeID);
  return node?.Description.Hostname ?? task.NodeID ?? 'unknown';
}
