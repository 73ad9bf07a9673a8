import type { DesiredNode } from '../../desired/desired.ts';
import type { Notice } from '../../plan/notice.ts';
import { durationText } from '../duration-text.ts';
import type { NodeCondition } from './node-conditions.ts';
import { isManager } from './down-node.ts';
import { entriesOf, type Meaning } from './node-meanings.ts';

/** What a person should know of a node that files mean, though nothing is in its way. */
export function noticesOf(meaning: Meaning, wish: DesiredNode): Notice[] {
  const { node, successor } = meaning;
  const isDown = node.Status.State === 'down' && entriesOf(meaning).length > 0;
  return [
    ...(isDown && successor ? [notice('StaleNode', wish, staleness(meaning, wish))] : []),
    ...(isDown && !successor ? [notice('NodeDown', wish, downtime(meaning, wish))] : []),
    ...(isUnclear(meaning) ? [notice('NodeUnclear', wish, doubt(meaning))] : []),
  ];
}

function notice(type: NodeCondition, { kind, name }: DesiredNode, message: string): Notice {
  return { type, kind, name, message };
}

function staleness({ node, successor }: Meaning, wish: DesiredNode): string {
  const { Hostname: hostname } = node.Description;
  return `${node.ID} is the old self of ${hostname}, which joined again as ${successor?.ID}; it is down ${since(node.UpdatedAt)}. ${removal(node, wish)}`;
}

function downtime({ node, name }: Meaning, wish: DesiredNode): string {
  const after = wish.settings.remove_down_after === undefined ? '' : ` ${removal(node, wish)}`;
  return `${name} is down ${since(node.UpdatedAt)}. Start it, or join it again if it left; if it is gone for good, take it out of the files and run "docker node rm ${node.ID}".${after}`;
}

/** Whatever changes a node is noted there: what it was at that time it has been ever since. */
function since(updatedAt: string): string {
  return `since ${updatedAt.slice(0, 19)}Z or before`;
}

function removal(node: Meaning['node'], { settings }: DesiredNode): string {
  if (isManager(node)) {
    return `It still counts as a manager: run "docker node demote ${node.ID}", then "docker node rm ${node.ID}".`;
  }
  const { remove_down_after: after } = settings;
  return after === undefined
    ? `Run "docker node rm ${node.ID}", or give the entry "remove_down_after".`
    : `It is removed once Skep has seen it down for ${durationText(after)}.`;
}

/** A node that is just joining has no hostname yet, which is nothing to tell of. */
function isUnclear({ node, maybe }: Meaning): boolean {
  return maybe.length > 0 && Boolean(node.Description.Hostname);
}

function doubt({ name, maybe }: Meaning): string {
  const entries = maybe.map((entry) => `"${entry.name}"`).join(', ');
  return `The Swarm does not tell enough of ${name}, such as its address, to say whether it is meant by ${entries}. Until then it keeps the labels that files gave it; an entry for ${name} itself is always sure.`;
}
