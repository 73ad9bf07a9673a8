import type { TokenRole } from '../spec/cluster.ts';
import type { Swarm, SwarmNode } from '../swarm/types.ts';

/** All that a machine needs to join. */
export type JoinAnswer = {
  role: TokenRole;
  token: string;
  /** Of the managers that can be reached, `host:port`, sorted. */
  addresses: string[];
  /** The one of them that leads. */
  leader: string | null;
  /** To be run as it is on the machine that joins. */
  command: string;
  /** What may have to be added to the command, or opened in a firewall. */
  hints: string[];
};

/**
 * How to join the Swarm. `advertise` is the address or interface that others are to reach the new node at; without it the
 * managers take the address that they see it come from.
 */
export function joinAnswer(
  role: TokenRole,
  swarm: Swarm,
  nodes: readonly SwarmNode[],
  advertise?: string,
): JoinAnswer {
  const token = role === 'worker' ? swarm.JoinTokens.Worker : swarm.JoinTokens.Manager;
  // The address of a node's status is the one its leader saw, which is 0.0.0.0 for the leader itself:
  // https://github.com/moby/moby/issues/35437
  const managers = nodes.flatMap(({ ManagerStatus: status }) =>
    status?.Addr && status.Reachability === 'reachable'
      ? [{ address: status.Addr, leads: status.Leader === true }]
      : [],
  );
  const addresses = managers.map(({ address }) => address).sort(byNumbers.compare);
  const leader = managers.find(({ leads }) => leads)?.address ?? null;
  const flags = advertise === undefined ? '' : ` --advertise-addr ${advertise}`;
  const command = `docker swarm join --token ${token}${flags} ${leader ?? addresses[0] ?? '<manager>'}`;
  return { role, token, addresses, leader, command, hints: hintsFor(role, swarm, advertise) };
}

const byNumbers = new Intl.Collator('en', { numeric: true });
const usualDataPort = 4789;

function hintsFor(role: TokenRole, swarm: Swarm, advertise: string | undefined): string[] {
  const whenSeveral =
    'A machine with several addresses, or behind NAT, needs --advertise-addr <its own address or interface that the other nodes reach>.';
  const whenManager =
    'A manager is found at this address for as long as it lives: give it one that never changes, with --advertise-addr <address>.';
  const dataPort = swarm.DataPathPort || usualDataPort;
  return [
    ...(advertise === undefined ? [role === 'manager' ? whenManager : whenSeveral] : []),
    'Where containers are to talk over another network than the nodes, add --data-path-addr <address or interface there>.',
    `Open 2377/tcp to the managers${role === 'manager' ? ', and from them' : ''}, 7946/tcp, 7946/udp and ${dataPort}/udp between all nodes.`,
  ];
}
