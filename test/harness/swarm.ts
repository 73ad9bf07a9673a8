import type Docker from 'dockerode';
import { eventually } from './await.ts';
import { removeNetwork } from './cleanup.ts';
import { dockerCli } from './cli.ts';
import { connect } from './engine/ping.ts';
import type { Generation } from './images/generations.ts';
import { exportImage } from './images/workload.ts';
import type { Lab } from './lab.ts';
import { createNetwork } from './network.ts';
import type { TestNetwork } from './network.ts';
import { TestNode } from './node.ts';
import { nodeReach } from './reach.ts';
import type { Reach } from './node-container.ts';

export interface SwarmOptions {
  engine: Generation;
  managers: number;
  workers: number;
  /** more names for the workload image on every node, such as `redis:7` */
  images?: readonly string[];
}

type Role = TestNode['role'];

const READY_WITHIN = 60_000;

/** Boots a real Swarm: managers m1, m2, … and workers w1, w2, …, all at the same time, on a network of their own. */
export async function bootSwarm(lab: Lab, options: SwarmOptions): Promise<TestSwarm> {
  const image = lab.nodeImages[options.engine];
  if (image === undefined || 'missing' in image) {
    throw new Error(
      `there are no nodes of Engine ${options.engine}: ${image?.missing ?? 'not asked for'}`,
    );
  }
  const docker = connect(lab.host);
  const swarm = new TestSwarm({
    lab,
    docker,
    image: image.image,
    images: options.images ?? [],
    reach: await nodeReach(docker, lab.host),
    workload: await exportImage(docker, lab.workload),
    network: await createNetwork(docker, lab.runId),
  });
  try {
    await swarm.boot(options);
    return swarm;
  } catch (error) {
    await swarm.dispose();
    throw error;
  }
}

interface Ground {
  lab: Lab;
  docker: Docker;
  image: string;
  images: readonly string[];
  reach: Reach;
  workload: Buffer;
  network: TestNetwork;
}

export class TestSwarm implements AsyncDisposable {
  readonly nodes: TestNode[] = [];
  readonly #ground: Ground;
  /** the last number of the address of the next node; .1 is the gateway */
  #nextAddress = 2;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get managers(): TestNode[] {
    return this.nodes.filter((node) => node.role === 'manager');
  }

  get workers(): TestNode[] {
    return this.nodes.filter((node) => node.role === 'worker');
  }

  /** A node by its name, such as `m1`. */
  node(name: string): TestNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`there is no node ${name} in this swarm`);
    return found;
  }

  /** Runs the docker CLI against a node, m1 when none is named, and returns its stdout. */
  async docker(args: readonly string[], { node = 'm1' } = {}): Promise<string> {
    return await dockerCli(this.node(node), args);
  }

  /** Boots one more node and joins it to the swarm; it is named after its role and the next number. */
  async joinNode(role: Role): Promise<TestNode> {
    const node = await this.#bootNode(role);
    await this.join(node);
    await this.#settled([node]);
    return node;
  }

  /** Makes a node a member, or a member again: then under a new ID. It may not be ready when this returns. */
  async join(node: TestNode): Promise<void> {
    const { address, tokens } = await this.#invitation();
    await node.client.swarmJoin({
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: node.address,
      RemoteAddrs: [`${address}:2377`],
      JoinToken: node.role === 'manager' ? tokens.Manager : tokens.Worker,
    });
  }

  /** Boots the nodes side by side and makes a swarm of them. Called once, by `bootSwarm`. */
  async boot({ managers, workers }: SwarmOptions): Promise<void> {
    const roles = [
      ...Array<Role>(managers).fill('manager'),
      ...Array<Role>(workers).fill('worker'),
    ];
    const [first, ...others] = await allOrError(roles.map((role) => this.#bootNode(role)));
    if (first === undefined) throw new Error('a swarm needs a manager');
    await first.client.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: first.address });
    // Managers join one by one: each changes the quorum of those before.
    for (const node of others.filter(({ role }) => role === 'manager')) await this.join(node);
    await Promise.all(
      others.filter(({ role }) => role === 'worker').map((node) => this.join(node)),
    );
    await this.#settled(this.nodes);
  }

  /** Removes every node with its data, and the network. */
  async dispose(): Promise<void> {
    const { docker, network } = this.#ground;
    await Promise.all(this.nodes.splice(0).map((node) => node.remove()));
    await removeNetwork(docker, network.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #bootNode(role: Role): Promise<TestNode> {
    const { lab, image, images, reach, network, workload } = this.#ground;
    const hostname = this.#nextName(role);
    const address = `${network.prefix}.${this.#nextAddress++}`;
    const node = await TestNode.boot({
      engineHost: lab.host,
      runId: lab.runId,
      hostname,
      image,
      role,
      network,
      address,
      reach,
    });
    this.nodes.push(node);
    await node.load(workload, lab.workload, images);
    return node;
  }

  readonly #counts: Record<Role, number> = { manager: 0, worker: 0 };

  #nextName(role: Role): string {
    this.#counts[role] += 1;
    return `${role === 'manager' ? 'm' : 'w'}${this.#counts[role]}`;
  }

  /** The address of a manager that answers, and the tokens to join there. */
  async #invitation(): Promise<Invitation> {
    return await Promise.any(
      this.nodes.map(async (node) => {
        const swarm = await node.docker<{ JoinTokens: Invitation['tokens'] }>('/swarm');
        return { address: node.address, tokens: swarm.JoinTokens };
      }),
    );
  }

  /** Waits until the managers know the nodes by name and hold them for ready. */
  async #settled(joined: readonly TestNode[]): Promise<void> {
    const names = joined.map(({ name }) => name).sort();
    await eventually(
      async () => {
        const ready = await this.#readyNodes();
        return names.every((name) => ready.includes(name));
      },
      { what: `nodes ${names.join(', ')} to be ready`, within: READY_WITHIN },
    );
  }

  async #readyNodes(): Promise<string[]> {
    const nodes = await Promise.any(this.nodes.map((node) => node.docker<ListedNode[]>('/nodes')));
    return nodes
      .filter(({ Status }) => Status.State === 'ready')
      .map(({ Description }) => Description.Hostname);
  }
}

interface ListedNode {
  Description: { Hostname: string };
  Status: { State: string };
}

interface Invitation {
  address: string;
  tokens: { Manager: string; Worker: string };
}

/** Like Promise.all, but what fails first is thrown only when all have ended: nothing goes on behind one's back. */
async function allOrError<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
}
