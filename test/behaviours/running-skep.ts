import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pino from 'pino';
import type { DaemonSettings } from '../../src/daemon-settings.ts';
import { type Daemon, type DaemonParts, startDaemon } from '../../src/daemon.ts';
import type { News, UnitStatus } from '../../src/reconcile/operator.ts';
import { systemClock } from '../../src/reconcile/system-clock.ts';
import { eventually } from '../harness/await.ts';

/** A daemon in this process, with folders of its own that go with it. */
export class RunningSkep implements AsyncDisposable {
  readonly directory: string;
  readonly news: News[] = [];
  readonly settings: DaemonSettings;
  readonly #parts: DaemonParts;
  #daemon: Daemon | undefined;

  private constructor(directory: string, settings: DaemonSettings, parts: Partial<DaemonParts>) {
    this.directory = directory;
    this.settings = settings;
    const log = pino({ level: process.env['SKEP_TEST_LOG'] ?? 'silent' });
    this.#parts = {
      log,
      clock: systemClock,
      random: Math.random,
      version: 'test',
      identity: `test-${randomUUID()}`,
      ...parts,
    };
  }

  static async start(
    host: string,
    files: Record<string, string>,
    over: Partial<DaemonSettings> = {},
    parts: Partial<DaemonParts> = {},
  ): Promise<RunningSkep> {
    const folder = await mkdtemp(join(tmpdir(), 'skep-test-'));
    const settings: DaemonSettings = {
      host,
      engineTimeoutMs: 30_000,
      desired: join(folder, 'desired'),
      environment: {},
      profiles: [],
      data: join(folder, 'data'),
      registryConfig: join(folder, 'no-registries.json'),
      // The images of the tests are in no registry.
      resolveImage: 'never',
      keepVersions: 2,
      mode: 'apply',
      listen: '127.0.0.1:0',
      auth: null,
      // Long, so that what wakes the loop in a test is what the test did.
      resyncMs: 3_600_000,
      rescanMs: 3_600_000,
      rolloutTimeoutMs: 60_000,
      workers: 4,
      writesAtOnce: 16,
      stopGraceMs: 10_000,
      historyAgeMs: 86_400_000,
      historyRuns: 100,
      ...over,
    };
    const skep = new RunningSkep(folder, settings, parts);
    await mkdir(skep.settings.desired, { recursive: true });
    for (const [path, text] of Object.entries(files)) await skep.write(path, text);
    await skep.boot();
    return skep;
  }

  get operator(): Daemon['operator'] {
    if (this.#daemon === undefined) throw new Error('the daemon does not run');
    return this.#daemon.operator;
  }

  get url(): string {
    return this.#daemon?.url ?? '';
  }

  async boot(): Promise<void> {
    this.#daemon = await startDaemon(this.settings, this.#parts);
    this.#daemon.operator.subscribe((news) => this.news.push(news));
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop('the test');
    this.#daemon = undefined;
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.settings.desired, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.settings.desired, path), { recursive: true });
  }

  unit(name: string): UnitStatus | undefined {
    return this.operator.status().units.find((unit) => unit.name === name);
  }

  /** Waits until the units are ready with the files as they are now. */
  async ready(units: string[], within = 60_000): Promise<void> {
    await eventually(
      () => {
        const found = units.map((name) => this.unit(name));
        const bad = found.find((unit) => unit?.outcome?.result !== 'ready' || unit.operation);
        if (bad !== undefined) throw new Error(JSON.stringify(bad));
        return found.every((unit) => unit !== undefined);
      },
      { what: `${units.join(', ')} ready`, within },
    );
  }

  /** Waits for news of this type about an object. */
  async told(type: string, name: string, within = 15_000): Promise<News> {
    return await eventually(
      () => this.news.find((news) => news.type === type && news.data['name'] === name),
      { what: `${type} of ${name}`, within },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
