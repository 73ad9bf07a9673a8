import type Docker from 'dockerode';
import { eventually } from './await.ts';
import { removeContainer } from './cleanup.ts';
import { runInside } from './cli.ts';
import { connect } from './engine/ping.ts';
import { loadImage, tagImage } from './images/image-store.ts';
import { HOSTNAME_FILE } from './images/node-init.ts';
import { startNodeContainer } from './node-container.ts';
import type { NodeContainerOptions } from './node-container.ts';

const ANSWERS_WITHIN = 60_000;

/** One node of a test swarm: an Engine in a container. */
export class TestNode {
  readonly name: string;
  readonly role: 'manager' | 'worker';
  /** its address in the swarm's network, as other nodes see it */
  readonly address: string;
  /** the tcp URL at which this process reaches its Engine */
  readonly host: string;
  /** its container on the outer Engine, for faults that are not offered here */
  readonly container: Docker.Container;
  readonly #outer: Docker;

  private constructor(options: TestNodeOptions, host: string, id: string) {
    this.name = options.hostname;
    this.role = options.role;
    this.address = options.address;
    this.host = host;
    this.#outer = connect(options.engineHost);
    this.container = this.#outer.getContainer(id);
  }

  /** Starts a node and waits until its Engine answers. */
  static async boot(options: TestNodeOptions): Promise<TestNode> {
    const { container, host } = await startNodeContainer(options);
    const node = new TestNode(options, host, container.getId());
    try {
      await node.#answers();
    } catch (error) {
      throw new Error(`node ${node.name} did not come up: ${await node.#lastWords()}`, {
        cause: error,
      });
    }
    return node;
  }

  /** A client for the node's Engine. */
  get client(): Docker {
    return connect(this.host);
  }

  /** Reads JSON from the node's Engine, such as `docker<Service[]>('/services')`. A status other than 2xx is an error. */
  async docker<T>(path: string): Promise<T> {
    const response = await fetch(`${this.host.replace('tcp:', 'http:')}${path}`);
    const body = await response.text();
    if (!response.ok) throw new Error(`GET ${path} on ${this.name}: ${response.status} ${body}`);
    return JSON.parse(body) as T;
  }

  /** Loads an image archive and gives the image more names. */
  async load(archive: Buffer, image: string, names: readonly string[]): Promise<void> {
    await loadImage(this.client, archive);
    await Promise.all(names.map((name) => tagImage(this.client, image, name)));
  }

  /** Freezes every process of the node: it is there, and silent. */
  /** A host that is busy may fail to freeze all processes within the runtime's time, and thaws them again. */
  async pause(): Promise<void> {
    await eventually(
      async () => {
        await this.container.pause();
        return true;
      },
      { what: `${this.name} paused`, within: 15_000 },
    );
  }

  async unpause(): Promise<void> {
    await this.container.unpause();
  }

  /** Ends the node as a power cut does. */
  async kill(): Promise<void> {
    await this.container.kill();
  }

  /** Starts a killed node, with what it had stored, and waits until its Engine answers. */
  async start(): Promise<void> {
    await this.container.start();
    await this.#answers();
  }

  /** Gives the machine another hostname and starts its Engine anew, which is when it takes notice. */
  async restartAs(hostname: string): Promise<void> {
    const command = ['sh', '-c', `echo ${hostname} > ${HOSTNAME_FILE}`];
    const { code, stderr } = await runInside(this.container, command);
    if (code !== 0) throw new Error(stderr);
    await this.container.stop({ t: 5 });
    await this.start();
  }

  /** Removes the node with its data. */
  async remove(): Promise<void> {
    await removeContainer(this.#outer, this.container.id);
  }

  async #answers(): Promise<void> {
    await eventually(() => this.docker('/version'), {
      what: `answer of the Engine of ${this.name}`,
      within: ANSWERS_WITHIN,
    });
  }

  async #lastWords(): Promise<string> {
    const log = await this.container.logs({ stdout: true, stderr: true, tail: 20 });
    return log.toString('utf8');
  }
}

export interface TestNodeOptions extends NodeContainerOptions {
  role: 'manager' | 'worker';
}
