import type { Config, Network, Secret, Service, Swarm, SwarmNode, Task } from './types.ts';

/** One complete view of the Swarm. A snapshot that could not be proven complete is never made. */
export type Snapshot = {
  swarm: Swarm;
  nodes: SwarmNode[];
  services: Service[];
  networks: Network[];
  configs: Config[];
  secrets: Secret[];
  tasks: Task[];
  /** Of the Engine that was asked: it knows no younger fields. */
  apiVersion?: string;
  /** The ID of the service Skep itself runs as, when it does. */
  selfServiceId?: string;
  /** The node of the Engine that was asked. */
  selfNodeId?: string;
};
