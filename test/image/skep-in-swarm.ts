import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { RunRow } from '../../src/history/history.ts';
import type { Status } from '../../src/reconcile/operator.ts';
import type { Service } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { runInside } from '../harness/cli.ts';
import { buildSkepImage } from '../harness/images/skep-image.ts';
import { exportImage } from '../harness/images/workload.ts';
import { connect } from '../harness/engine/ping.ts';
import type { Lab } from '../harness/lab.ts';
import type { Log } from '../harness/log.ts';
import type { TestNode } from '../harness/node.ts';
import type { TestSwarm } from '../harness/swarm.ts';

export const stackFile = new URL('../../docker-stack.yml', import.meta.url).pathname;
/** The names that docker-stack.yml takes when no variable says otherwise. */
const image = 'skep:latest';
const desired = '/srv/skep/desired';

/** Skep as its users run it: from its image, as the stack of docker-stack.yml, on the first manager. */
export class SkepInSwarm {
  readonly #swarm: TestSwarm;
  readonly #node: TestNode;

  private constructor(swarm: TestSwarm) {
    this.#swarm = swarm;
    this.#node = swarm.node('m1');
  }

  static async deploy(
    lab: Lab,
    swarm: TestSwarm,
    files: Record<string, string>,
    log: Log,
  ): Promise<SkepInSwarm> {
    const built = await buildSkepImage(lab, log);
    const skep = new SkepInSwarm(swarm);
    await skep.#node.load(await exportImage(connect(lab.host), built), built, [image]);
    for (const [path, text] of Object.entries(files)) await skep.write(path, text);
    await swarm.docker(['stack', 'deploy', '--resolve-image=never', '-c', stackFile, 'skep']);
    return skep;
  }

  /** Writes a file into the directory that Skep reads, on the node. */
  async write(path: string, text: string): Promise<void> {
    const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1.new" && mv "$1.new" "$1"';
    await this.onNode(['sh', '-c', script, 'sh', `${desired}/${path}`, text]);
  }

  /** Lays docker-stack.yml among the files of Skep, changed by `change`. */
  async writeOwnStack(change = (text: string): string => text): Promise<void> {
    await this.write('stacks/skep/docker-stack.yml', change(await readFile(stackFile, 'utf8')));
  }

  /** Runs a program on the node, outside of any container of its Engine. */
  async onNode(command: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runInside(this.#node.container, command);
    if (code !== 0) throw new Error(`${command.join(' ')} on the node: ${stderr}`);
    return stdout;
  }

  /** The container that Skep runs in, once it is healthy; not the one with the ID `after`. */
  async container(after?: string): Promise<Docker.ContainerInspectInfo> {
    return await eventually(
      async () => {
        const found = await this.#containers();
        const [info] = found.filter(({ Id }) => Id !== after);
        if (info?.State.Health?.Status === 'healthy') return info;
        throw new Error(JSON.stringify(found.map(({ Id, State }) => ({ Id, State }))));
      },
      { what: 'a healthy container of Skep', within: 90_000 },
    );
  }

  async #containers(): Promise<Docker.ContainerInspectInfo[]> {
    const filters = { label: ['com.docker.swarm.service.name=skep_skep'] };
    const running = await this.#node.client.listContainers({ filters });
    return await Promise.all(running.map(({ Id }) => this.#node.client.getContainer(Id).inspect()));
  }

  /** Runs a program in Skep's container. */
  async exec(command: readonly string[]): Promise<string> {
    const { Id } = await this.container();
    return await this.#swarm.docker(['exec', Id, ...command]);
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.exec(['skep', 'status', '-o', 'json'])) as Status;
  }

  async runs(unit: string): Promise<RunRow[]> {
    const text = await this.exec(['skep', 'history', '--unit', unit, '--limit=100', '-o', 'json']);
    return (JSON.parse(text) as { items: RunRow[] }).items;
  }

  /** Waits until a unit is ready and nothing is being done about it. */
  async ready(unit: string): Promise<void> {
    await eventually(
      async () => {
        const found = (await this.status()).units.find(({ name }) => name === unit);
        if (found?.outcome?.result === 'ready' && found.operation === null) return true;
        throw new Error(JSON.stringify(found ?? 'no such unit'));
      },
      { what: `${unit} ready`, within: 60_000, every: 500 },
    );
  }

  async service(name: string): Promise<Service | undefined> {
    const all = await this.#node.docker<Service[]>('/services');
    return all.find((one) => one.Spec.Name === name);
  }
}
