import type { Config, Network, Service, Swarm, SwarmNode, Task } from '../../src/swarm/types.ts';
import type { TestNode } from '../harness/node.ts';

/** What is really there, read past Skep. */
export class Live {
  readonly services: ReadonlyMap<string, Service>;
  readonly tasks: readonly Task[];
  readonly networks: readonly Network[];
  readonly configs: readonly Config[];
  readonly nodes: readonly SwarmNode[];
  readonly swarm: Swarm;

  private constructor(read: {
    services: Service[];
    tasks: Task[];
    networks: Network[];
    configs: Config[];
    nodes: SwarmNode[];
    swarm: Swarm;
  }) {
    this.services = new Map(read.services.map((service) => [service.Spec.Name, service]));
    this.tasks = read.tasks;
    this.networks = read.networks.filter(({ Scope, Ingress }) => Scope === 'swarm' && !Ingress);
    this.configs = read.configs;
    this.nodes = read.nodes;
    this.swarm = read.swarm;
  }

  static async read(manager: TestNode): Promise<Live> {
    const [services, tasks, networks, configs, nodes, swarm] = await Promise.all([
      manager.docker<Service[]>('/services'),
      manager.docker<Task[]>('/tasks'),
      manager.docker<Network[]>('/networks'),
      manager.docker<Config[]>('/configs'),
      manager.docker<SwarmNode[]>('/nodes'),
      manager.docker<Swarm>('/swarm'),
    ]);
    return new Live({ services, tasks, networks, configs, nodes, swarm });
  }

  /** The tasks of a service that run and are to go on. */
  running(service: string): Task[] {
    return this.tasks.filter(
      ({ ServiceID, DesiredState, Status }) =>
        ServiceID === service && DesiredState === 'running' && Status.State === 'running',
    );
  }

  /** What a call writes: `service hive_web`, `node m1`, `swarm`; undefined when it is none of these, or not there. */
  nameOf(path: string): string | undefined {
    if (path.startsWith('/swarm/update')) return 'swarm';
    const [, kind, id] = /^\/(services|nodes)\/(\w+)/.exec(path) ?? [];
    if (kind === 'services') {
      const found = [...this.services.values()].find(({ ID }) => ID === id);
      return found && `service ${found.Spec.Name}`;
    }
    const node = this.nodes.find(({ ID }) => ID === id);
    return node && `node ${node.Description.Hostname}`;
  }
}
