import type { SwarmNode } from '../../swarm/types.ts';
import type { World } from '../kind.ts';

type Role = 'worker' | 'manager';
type RoleChange = { allowed: true } | { allowed: false; waiting: boolean; reason: string };

/**
 * Whether a node may change its role now. Swarm itself only prevents the loss of quorum at this moment; here managers
 * change one at a time, never while one is unreachable (but for that one), and never towards a set that bears fewer
 * failures, unless a person forces it. The leader changes last. https://docs.docker.com/engine/swarm/raft/
 */
export function roleChange(node: SwarmNode, role: Role, world: World): RoleChange {
  const { nodes } = world.snapshot;
  const unfinished = nodes.find((other) => isBetweenRoles(other));
  if (unfinished) {
    return later(`${unfinished.Description.Hostname} is still becoming a ${unfinished.Spec.Role}.`);
  }
  const lost = nodes.filter((other) => isManager(other) && !isReachable(other));
  const isLost = lost.some(({ ID }) => ID === node.ID) && role === 'worker';
  if (lost.length > 0 && !isLost) {
    const names = lost.map(({ Description }) => Description.Hostname).join(', ');
    return later(
      `No role changes while a manager is unreachable: ${names}. Bring it back, or demote it.`,
    );
  }
  if (role === 'manager' && node.Status.State !== 'ready') {
    return later(`It is ${node.Status.State}: only a ready node can become a manager.`);
  }
  const refusal = isLost ? lastManager(node, world) : weakerSet(node, role, world);
  if (refusal !== undefined) return refusal;
  const first = nextInLine(node, role, world);
  return first.ID === node.ID
    ? { allowed: true }
    : later(`Roles change one at a time, and ${first.Description.Hostname} comes first.`);
}

function later(reason: string): RoleChange {
  return { allowed: false, waiting: true, reason };
}

function never(reason: string): RoleChange {
  return { allowed: false, waiting: false, reason };
}

function lastManager(node: SwarmNode, { snapshot }: World): RoleChange | undefined {
  const left = snapshot.nodes.filter((other) => isManager(other) && other.ID !== node.ID);
  return left.length > 0 ? undefined : never('It is the last manager; a Swarm needs one.');
}

/** Looks at where all declared changes lead, not at the steps: from one to three managers there are two for a while. */
function weakerSet(node: SwarmNode, role: Role, world: World): RoleChange | undefined {
  const before = world.snapshot.nodes.filter(isManager).length;
  const after = world.snapshot.nodes.filter(
    (other) => (other.ID === node.ID ? role : wantedRole(other, world)) === 'manager',
  ).length;
  if (after === 0) return never('It would leave no manager; a Swarm needs one.');
  if (world.force || (after % 2 === 1 && tolerance(after) >= tolerance(before))) return undefined;
  return never(
    `The managers would go from ${before} (bearing the loss of ${tolerance(before)}) to ${after} (bearing the loss of ${tolerance(after)}). Declare an odd number that bears as much, or force it.`,
  );
}

/** How many of that many managers may fail. */
function tolerance(managers: number): number {
  return Math.floor((managers - 1) / 2);
}

/**
 * Who changes first. With as many managers as there will be, or fewer, one comes before one goes; with more, one goes: so
 * a set that is exchanged is never smaller than it will be, and never more than one larger. The leader goes last.
 */
function nextInLine(node: SwarmNode, role: Role, world: World): SwarmNode {
  const target = (other: SwarmNode) => (other.ID === node.ID ? role : wantedRole(other, world));
  const { nodes } = world.snapshot;
  const tooMany =
    nodes.filter(isManager).length > nodes.filter((other) => target(other) === 'manager').length;
  const rank = (other: SwarmNode) => {
    if (isManager(other) && !isReachable(other)) return 0;
    if (isManager(other)) return (tooMany ? 1 : 5) + Number(other.ManagerStatus?.Leader === true);
    return other.Status.State === 'ready' ? 3 : 4;
  };
  const changing = nodes.filter((other) => target(other) !== other.Spec.Role);
  return changing.sort((a, b) => rank(a) - rank(b) || a.ID.localeCompare(b.ID))[0] ?? node;
}

function wantedRole(node: SwarmNode, world: World): Role {
  return world.roles?.get(node.ID) ?? node.Spec.Role;
}

function isManager(node: SwarmNode): boolean {
  return node.Spec.Role === 'manager';
}

function isReachable(node: SwarmNode): boolean {
  return node.ManagerStatus?.Reachability === 'reachable';
}

/** The spec's role is a wish: the node has it when its manager status has come or gone. */
export function isBetweenRoles(node: SwarmNode): boolean {
  return isManager(node) === (node.ManagerStatus === undefined) && node.Status.State !== 'down';
}
