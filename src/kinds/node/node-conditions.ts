/** What Skep tells of nodes, by the type of the condition, with what a person can do. The reference has it from here. */
export const nodeConditions = {
  NodeMissing:
    'A host that files name is not in the Swarm: it never joined, or was removed. The unit waits and serves it within two seconds of its joining. On a machine that was removed (`docker node rm --force`) run `docker swarm leave --force` first: it still believes to be a member.',
  NodeDown:
    'A node that files mean is down: its machine is off or cut off, or it left the Swarm (`docker swarm leave`). It stays declared and keeps its labels. Start it, or join it again; when it is gone for good, take it out of the files and remove it (`docker node rm`).',
  StaleNode:
    'The old self of a machine that joined again under a new ID. The new one has what the files say; nothing is written to the old one until it is removed: by hand (`docker node rm`), or by `remove_down_after`. A manager has to be demoted first.',
  AmbiguousNode:
    'Several nodes that are up have the hostname of an entry. None is changed, and none loses a label, until each has its own hostname or the entry names an ID. A machine that left and joined again within seconds is told by its address, and waited for when the Swarm does not tell that.',
  NodeRenamed:
    'The machine of an entry has another hostname now. It keeps what files gave it until the entry has the new name, or goes.',
  NodeConflict:
    'Two entries of one rank (both for this host, or both patterns) say different things about a node. It is left as it is until they agree; the message has both places.',
  NodeUnclear:
    'The Swarm does not tell (yet) what would decide whether a pattern means a node, such as its address. The node keeps the labels that files gave it.',
  RoleChanging: 'A node is on its way to another role.',
  MaintenanceHeld:
    'A maintenance window is open, and its node is not drained: it is the last active one, or the last active manager while a service may only run on managers.',
  Maintenance: 'A node is drained until its maintenance window ends.',
  Draining: 'A node is drained, and tasks have not left it yet.',
  RoleChangeHeld: 'A change of role has to wait, or would leave managers that bear less.',
} as const satisfies Record<string, string>;

export type NodeCondition = keyof typeof nodeConditions;
