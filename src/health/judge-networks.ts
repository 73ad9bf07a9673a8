import type { Network, Service, SwarmNode, Task } from '../swarm/types.ts';
import { usableAddresses } from './subnet.ts';
import { isOver } from '../swarm/task-states.ts';

/** A network that runs out of addresses. Swarm itself does not tell: its tasks just stay `new`. */
export type NetworkTrouble = {
  id: string;
  name: string;
  reason: 'AddressesScarce' | 'AddressesExhausted';
  used: number;
  capacity: number;
  message: string;
};

type View = {
  networks: readonly Network[];
  services: readonly Service[];
  tasks: readonly Task[];
  nodes: readonly SwarmNode[];
};

const scarceFrom = 0.8;

/**
 * The overlay networks of which 80 % of the addresses or more are used, or will be once all replicas run. Each service with
 * a virtual IP, each task and, for load balancing, each node takes one. https://github.com/moby/moby/issues/37338
 */
export function judgeNetworks(view: View): NetworkTrouble[] {
  const liveTasks = Map.groupBy(
    view.tasks.filter((task) => !isOver(task.Status.State)),
    (task) => task.ServiceID,
  );
  const nodes = view.nodes.filter((node) => node.Status.State !== 'down').length;
  return view.networks.flatMap((network) => {
    const capacity = capacityOf(network);
    if (network.Driver !== 'overlay' || capacity === undefined) return [];
    const attached = view.services.filter((service) => isAttached(service, network));
    const used = attached.reduce(
      (sum, service) => sum + addressesOf(service, liveTasks.get(service.ID)?.length ?? 0),
      attached.length > 0 || network.Ingress ? nodes : 0,
    );
    return used >= capacity * scarceFrom ? [describe(network, used, capacity)] : [];
  });
}

/** Undefined when it is not known or has no limit worth counting. */
function capacityOf(network: Network): number | undefined {
  const capacities = (network.IPAM.Config ?? [])
    .map((config) => usableAddresses(config.IPRange || config.Subnet || ''))
    .filter((capacity) => capacity !== undefined);
  return capacities.length === 0 ? undefined : capacities.reduce((sum, some) => sum + some, 0);
}

function isAttached(service: Service, network: Network): boolean {
  if (network.Ingress) return publishesThroughIngress(service);
  const { TaskTemplate, Networks } = service.Spec;
  return (TaskTemplate.Networks ?? Networks ?? []).some(({ Target }) => Target === network.Id);
}

function publishesThroughIngress(service: Service): boolean {
  const ports = service.Spec.EndpointSpec?.Ports ?? [];
  return ports.some((port) => (port.PublishMode ?? 'ingress') === 'ingress');
}

function addressesOf(service: Service, liveTasks: number): number {
  const virtualIp = service.Spec.EndpointSpec?.Mode === 'dnsrr' ? 0 : 1;
  return virtualIp + Math.max(liveTasks, replicasOf(service));
}

function replicasOf(service: Service): number {
  const mode = service.Spec.Mode ?? {};
  if (mode.Global || mode.GlobalJob) return 0;
  return mode.ReplicatedJob?.MaxConcurrent ?? mode.Replicated?.Replicas ?? 1;
}

function describe(network: Network, used: number, capacity: number): NetworkTrouble {
  const exhausted = used > capacity;
  const remedy =
    'Move services to a network with a larger subnet, or give them endpoint_mode dnsrr.';
  return {
    id: network.Id,
    name: network.Name,
    reason: exhausted ? 'AddressesExhausted' : 'AddressesScarce',
    used,
    capacity,
    message: exhausted
      ? `Network ${network.Name} needs ${used} addresses and has ${capacity}: some tasks never start. ${remedy}`
      : `Network ${network.Name} needs ${used} of its ${capacity} addresses. ${remedy}`,
  };
}
