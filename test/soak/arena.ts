import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../harness/free-port.ts';
import type { Lab } from '../harness/lab.ts';
import type { TestNode } from '../harness/node.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { startSkep } from '../harness/skep-process.ts';
import type { SkepProcess } from '../harness/skep-process.ts';
import { bootSwarm } from '../harness/swarm.ts';
import type { TestSwarm } from '../harness/swarm.ts';
import { Live } from './live.ts';
import { clusterFile, firstWish, stackFiles } from './wish.ts';
import type { Wish } from './wish.ts';

/** A Swarm of three managers, and Skep as a process of its own that talks to the first of them through a proxy. */
export class Arena implements AsyncDisposable {
  readonly swarm: TestSwarm;
  readonly proxy: RecordingProxy;
  readonly folder: string;
  readonly wish: Wish;
  /** nodes that no call should be sent to now */
  readonly down = new Set<TestNode>();
  readonly #image: string;
  #listen = '';
  #lives = 0;
  #skep: SkepProcess | undefined;

  private constructor(swarm: TestSwarm, proxy: RecordingProxy, folder: string, image: string) {
    this.swarm = swarm;
    this.proxy = proxy;
    this.folder = folder;
    this.#image = image;
    this.wish = firstWish(swarm.managers.map(({ name }) => name));
  }

  static async start(lab: Lab): Promise<Arena> {
    await using cleanup = new AsyncDisposableStack();
    const swarm = cleanup.use(await bootSwarm(lab, { engine: '28', managers: 3, workers: 0 }));
    const proxy = cleanup.use(await RecordingProxy.start(swarm.node('m1').host));
    const folder = await mkdtemp(join(tmpdir(), 'skep-soak-'));
    const arena = new Arena(swarm, proxy, folder, lab.workload);
    arena.#listen = `127.0.0.1:${await freePort()}`;
    await arena.writeCluster();
    for (const name of arena.wish.stacks.keys()) await arena.writeStack(name);
    await arena.startSkep();
    cleanup.move();
    return arena;
  }

  get image(): string {
    return this.#image;
  }

  get skep(): SkepProcess {
    if (this.#skep === undefined) throw new Error('Skep does not run');
    return this.#skep;
  }

  get desired(): string {
    return join(this.folder, 'desired');
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  async startSkep(): Promise<void> {
    this.#lives += 1;
    this.#skep = await startSkep({
      host: this.proxy.host,
      desired: this.desired,
      data: this.data,
      listen: this.#listen,
      log: join(this.folder, `skep-${this.#lives}.log`),
      // What no event tells is found by the resync.
      settings: { SKEP_RESYNC: '15s', SKEP_RESCAN: '15s', SKEP_LOG_LEVEL: 'debug' },
    });
  }

  async writeCluster(): Promise<void> {
    await this.write({ 'cluster.yaml': clusterFile(this.wish) });
  }

  /** Puts the files of a stack in place as the wish has it, or takes them away. */
  async writeStack(name: string): Promise<void> {
    const stack = this.wish.stacks.get(name);
    if (stack) await this.write(stackFiles(name, stack, this.#image));
    else await rm(join(this.desired, 'stacks', name), { recursive: true });
  }

  /** A person saves a file of the unit again: a new revision, and nothing else. */
  async giveAnew(unit: string): Promise<void> {
    const stack = this.wish.stacks.get(unit);
    if (stack) {
      stack.layout += 1;
      await this.writeStack(unit);
    } else if (unit === 'cluster') {
      this.wish.layout += 1;
      await this.writeCluster();
    }
  }

  async write(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.desired, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** A manager that changes by hand can be sent to: any that is up, rather not the one Skep uses. */
  get hand(): TestNode {
    const up = this.swarm.managers.filter((node) => !this.down.has(node));
    const found = up.at(-1);
    if (found === undefined) throw new Error('no manager is up');
    return found;
  }

  async live(): Promise<Live> {
    return await Live.read(this.hand);
  }

  /** It stays when something went wrong: Skep's logs are in it. */
  async removeFolder(): Promise<void> {
    await this.#skep?.stop();
    await rm(this.folder, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#skep?.signal('SIGCONT');
    await this.#skep?.kill();
    await this.proxy.close();
    await this.swarm.dispose();
  }
}
