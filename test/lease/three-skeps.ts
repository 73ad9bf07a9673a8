import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Status } from '../../src/reconcile/operator.ts';
import { eventually, inTime } from '../harness/await.ts';
import { freePort } from '../harness/free-port.ts';
import type { TestNode } from '../harness/node.ts';
import { type RecordedRequest, RecordingProxy } from '../harness/proxy.ts';
import { type SkepProcess, startSkep } from '../harness/skep-process.ts';
import type { TestSwarm } from '../harness/swarm.ts';

/** One of several daemons, with the manager whose Engine it talks to and the proxy between them. */
export type Member = { node: TestNode; proxy: RecordingProxy; skep: SkepProcess };

/** A daemon at each manager, as processes with one directory of files and a memory of their own each. */
export class ThreeSkeps implements AsyncDisposable {
  readonly members: Member[] = [];
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** The first manager's leads, since it is the first to ask. */
  static async start(swarm: TestSwarm, files: Record<string, string>): Promise<ThreeSkeps> {
    const skeps = new ThreeSkeps(await mkdtemp(join(tmpdir(), 'skep-lease-')));
    for (const [path, text] of Object.entries(files)) await skeps.write(path, text);
    for (const node of swarm.managers) {
      const proxy = await RecordingProxy.start(node.host);
      const skep = await skeps.#boot(node, proxy);
      skeps.members.push({ node, proxy, skep });
      await skeps.leader();
    }
    return skeps;
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.#folder, 'desired', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Starts the process of a member that has ended. */
  async restart(member: Member): Promise<void> {
    member.skep = await this.#boot(member.node, member.proxy);
  }

  /** The one that says it leads, other than `not`. It is an error when two say so. */
  async leader({ not, within = 30_000 }: { not?: Member; within?: number } = {}): Promise<Member> {
    const asked = this.members.filter((member) => member !== not);
    return await eventually(
      async () => {
        const statuses = await Promise.all(asked.map(statusOf));
        const leading = asked.filter((_, at) => statuses[at]?.leader?.self === true);
        if (leading.length > 1) throw new Error('two lead');
        return leading[0];
      },
      { what: 'one that leads', within },
    );
  }

  /** All changes that were sent to the Swarm, but for those of the lease, since `forget`. */
  writes(): RecordedRequest[] {
    return this.members.flatMap(({ proxy }) => writesOf(proxy));
  }

  forget(): void {
    for (const { proxy } of this.members) proxy.requests.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { skep } of this.members) {
      skep.signal('SIGCONT');
      skep.signal('SIGKILL');
    }
    for (const { proxy } of this.members) await proxy[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #boot(node: TestNode, proxy: RecordingProxy): Promise<SkepProcess> {
    return await startSkep({
      host: proxy.host,
      desired: join(this.#folder, 'desired'),
      data: join(this.#folder, node.name),
      listen: `127.0.0.1:${await freePort()}`,
      log: join(this.#folder, `${node.name}.log`),
      settings: { SKEP_LEASE: '15s', SKEP_RESOLVE_IMAGE: 'never' },
    });
  }
}

export function writesOf(proxy: RecordingProxy): RecordedRequest[] {
  return proxy.writes().filter(({ path }) => !path.startsWith('/configs/'));
}

/** Undefined when it does not answer: it may be stopped. */
export async function statusOf({ skep }: Member): Promise<Status | undefined> {
  return await inTime(skep.get<Status>('/api/v1/status'), 1_000).catch(() => undefined);
}
