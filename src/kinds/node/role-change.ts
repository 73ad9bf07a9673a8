import type { SwarmNode } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import type { NodeCondition } from './node-conditions.ts';
import {
  bears,
  described,
  hasQuorum,
  isReachable,
  isVoter,
  type ManagerSet,
  sumOf,
  votersIn,
} from './manager-set.ts';

type Role = 'worker' | 'manager';
type Held = { allowed: false; waiting: boolean; reason: string; condition: NodeCondition };

/** `reason`: what the change does to the set of managers. */
export type RoleChange = { allowed: true; reason: string } | Held;

/**
 * Whether a node may change its role now; undefined when it has the role. Swarm itself only prevents that the quorum is
 * lost at this moment; here managers change one at a time, never while one is unreachable (but for that one), and never
 * towards a set that bears fewer failures, unless a person forces it.
 *
 * A dead manager that is to go goes first, even before its successor comes. Of three with one dead two answer, and none
 * more may fail; without the dead one two of two answer, and none may fail: no worse. A successor first would make three
 * of four: none may fail either, and should it not come up after all, two of four are no quorum any more.
 *
 * The leader goes last. Telling it to go is how it hands over: its Engine passes the lead to another manager before it
 * leaves the raft, and there is no other way to ask for that.
 * https://docs.docker.com/engine/swarm/raft/
 */
export function roleChange(node: SwarmNode, role: Role, world: World): RoleChange | undefined {
  if (node.Spec.Role === role) return notThereYet(node);
  return (
    whileUnsettled(node, world) ??
    whileOneIsLost(node, role, world) ??
    noManagerLeft(node, role, world) ??
    noQuorumLeft(node, role, world) ??
    weakerSet(node, role, world) ??
    notItsTurn(node, role, world) ?? { allowed: true, reason: goesOn(node, role, world) }
  );
}

/** The spec's role is a wish: the node has it when it has joined the raft, or has left it. */
function notThereYet(node: SwarmNode): Held | undefined {
  if (isManager(node) === isVoter(node)) return undefined;
  const reason = neverCame(node) ? comeUp : `It is still becoming a ${node.Spec.Role}.`;
  return { ...later(reason), condition: 'RoleChanging' };
}

const comeUp =
  'It went down before it was a manager. Start its Engine, or start it again; or take the node off the list ("docker node rm").';

/** One at a time, and none before a new leader has heard from every manager. */
function whileUnsettled(node: SwarmNode, world: World): Held | undefined {
  // Swarm takes the wish for a manager back only from one that came.
  if (neverCame(node)) return later(comeUp);
  const { nodes } = world.snapshot;
  const unfinished = nodes.find(
    (other) => isManager(other) !== isVoter(other) && !isGivenUp(other, world),
  );
  if (unfinished) {
    const name = unfinished.Description.Hostname;
    return later(`${name} is still becoming a ${unfinished.Spec.Role}.`);
  }
  const unheard = nodes.find((other) => isVoter(other) && other.Status.State === 'unknown');
  return unheard && later(`The leader has not heard from ${unheard.Description.Hostname} yet.`);
}

function whileOneIsLost(node: SwarmNode, role: Role, world: World): Held | undefined {
  const { nodes } = world.snapshot;
  const lost = nodes.filter(isLost);
  if (isLost(node) && role === 'worker') {
    if (node.Status.State === 'down' || world.force) return undefined;
    return later('It cannot be reached. It goes once Swarm says that it is down, or by force.');
  }
  if (lost.length > 0 && !world.force) {
    const names = lost.map(({ Description }) => Description.Hostname).join(', ');
    return later(
      `No role changes while a manager is unreachable: ${names}. Managers: ${described(votersIn(nodes))}. Bring it back, or demote it.`,
    );
  }
  if (role === 'manager' && node.Status.State !== 'ready') {
    return later(`It is ${node.Status.State}: only a ready node can become a manager.`);
  }
  return undefined;
}

/** Looks at where all declared changes lead; not even force passes. */
function noManagerLeft(node: SwarmNode, role: Role, world: World): Held | undefined {
  const before = votersIn(world.snapshot.nodes);
  const planned = plannedSize(node, role, world);
  const left = after(node, role, world).size;
  if (planned > 0 && left > 0) return undefined;
  return never(
    `The managers would go from ${described(before)} to 0: it would leave no manager, and a Swarm needs one.`,
  );
}

/** Swarm refuses this too; not even force passes. */
function noQuorumLeft(node: SwarmNode, role: Role, world: World): Held | undefined {
  const then = after(node, role, world);
  if (hasQuorum(then)) return undefined;
  return never(
    `The managers would go ${sumOf(votersIn(world.snapshot.nodes), then)}: too few to decide anything. Bring the unreachable ones back, or demote them first.`,
  );
}

/** Looks at where all declared changes lead, not at the steps: from one to three managers there are two for a while. */
function weakerSet(node: SwarmNode, role: Role, world: World): Held | undefined {
  if (world.force || isLost(node)) return undefined;
  const before = votersIn(world.snapshot.nodes);
  const size = plannedSize(node, role, world);
  const planned = { size, reachable: size };
  if (size % 2 === 1 && bears(planned) >= bears(before)) return undefined;
  return never(
    `The managers would go ${sumOf(before, planned)}. Declare an odd number that bears as much, or force it.`,
  );
}

/**
 * Who changes first. With as many managers as there will be, or fewer, one comes before one goes; with more, one goes: so
 * a set that is exchanged is never smaller than it will be, and never more than one larger (with two more it would bear
 * more than what is declared, and going back would look like a loss). The leader goes last, but for
 * the manager that Skep works through: after that it could do nothing more.
 */
function notItsTurn(node: SwarmNode, role: Role, world: World): Held | undefined {
  const { nodes, selfNodeId } = world.snapshot;
  const tooMany = nodes.filter(isVoter).length > plannedSize(node, role, world);
  const rank = (other: SwarmNode) => {
    if (!isManager(other)) return other.Status.State === 'ready' ? 3 : 4;
    if (isLost(other)) return 0;
    const inTurn = tooMany ? 1 : 5;
    if (other.ID === selfNodeId) return inTurn + 0.2;
    return isLeader(other) ? inTurn + 0.1 : inTurn;
  };
  const [first = node] = nodes
    .filter((other) => wanted(other, node, role, world) !== other.Spec.Role)
    .filter((other) => !isGivenUp(other, world))
    .sort((a, b) => rank(a) - rank(b) || a.ID.localeCompare(b.ID));
  return first.ID === node.ID
    ? undefined
    : later(`Roles change one at a time, and ${first.Description.Hostname} comes first.`);
}

function goesOn(node: SwarmNode, role: Role, world: World): string {
  const sum = `The managers go ${sumOf(votersIn(world.snapshot.nodes), after(node, role, world))}.`;
  const handsOver = isLeader(node) ? ' It leads, and hands over to another manager.' : '';
  const isSelf = node.ID === world.snapshot.selfNodeId && role === 'worker';
  return `${sum}${handsOver}${isSelf ? ' Skep works through it, and needs another manager from then on.' : ''}`;
}

/** The managers when this one change is made, and the node answers if it is to be one. */
function after(node: SwarmNode, role: Role, world: World): ManagerSet {
  const others = votersIn(world.snapshot.nodes.filter(({ ID }) => ID !== node.ID));
  const own = role === 'manager' ? 1 : 0;
  return { size: others.size + own, reachable: others.reachable + own };
}

/** How many managers there are when all declared changes are made. */
function plannedSize(node: SwarmNode, role: Role, world: World): number {
  return world.snapshot.nodes.filter((other) => wanted(other, node, role, world) === 'manager')
    .length;
}

function wanted(other: SwarmNode, node: SwarmNode, role: Role, world: World): Role {
  return other.ID === node.ID ? role : (world.roles?.get(other.ID) ?? other.Spec.Role);
}

function later(reason: string): Held {
  return { allowed: false, waiting: true, reason, condition: 'RoleChangeHeld' };
}

function never(reason: string): Held {
  return { ...later(reason), waiting: false };
}

function isManager(node: SwarmNode): boolean {
  return node.Spec.Role === 'manager';
}

function isLeader(node: SwarmNode): boolean {
  return node.ManagerStatus?.Leader === true;
}

function isLost(node: SwarmNode): boolean {
  return isVoter(node) && !isReachable(node);
}

/** Died on its way into the raft: it has no vote, and Swarm calls it a manager all the same. */
function neverCame(node: SwarmNode): boolean {
  return isManager(node) && !isVoter(node) && node.Status.State === 'down';
}

/** Such a one that is not wanted any more holds nobody up. */
function isGivenUp(node: SwarmNode, { roles }: World): boolean {
  return neverCame(node) && roles?.get(node.ID) === 'worker';
}
