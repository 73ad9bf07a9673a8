import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { openHistory } from './history/open-history.ts';
import type { Auth } from './http/auth.ts';
import { parseListen } from './config/listen-address.ts';
import { createMetrics } from './http/metrics.ts';
import { buildServer } from './http/server.ts';
import type { Clock } from './reconcile/clock.ts';
import { Controller } from './reconcile/controller.ts';
import { createEngineLink, type EngineLink } from './reconcile/engine-link.ts';
import { followEvents } from './reconcile/event-trigger.ts';
import { watchFiles } from './reconcile/file-trigger.ts';
import type { Operator } from './reconcile/operator.ts';
import { runTimer } from './reconcile/timer-trigger.ts';
import { openCredentials } from './registry/credentials.ts';
import type { TokenRole } from './spec/cluster.ts';
import { readSpecs } from './spec/read-specs.ts';
import { connectEngine } from './swarm/connect-engine.ts';

export type DaemonSettings = {
  /** As DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  host: string;
  /** Time limit of each call of the Engine. */
  engineTimeoutMs: number;
  /** The directory of files. */
  desired: string;
  /** Variables that files may use. */
  environment: Record<string, string>;
  profiles: string[];
  /** Where `skep.db` is kept. */
  data: string;
  /** The docker `config.json` with the registries' credentials. */
  registryConfig: string;
  /** `address:port`. */
  listen: string;
  /** Who may call the API; null asks for no credentials, which only loopback may do. */
  auth: Auth;
  /** How often everything is read and compared even when nothing seemed to happen. */
  resyncMs: number;
  rolloutTimeoutMs: number;
  workers: number;
  writesAtOnce: number;
  stopGraceMs: number;
  /** Runs are kept so long, and so many of each unit. */
  historyAgeMs: number;
  historyRuns: number;
};

export type DaemonParts = {
  log: Logger;
  clock: Clock;
  random: () => number;
  version: string;
  decrypt?: (file: string, bytes: Buffer) => Promise<Buffer>;
};

export type Daemon = {
  /** Where HTTP listens. */
  url: string;
  operator: Operator;
  /** Ends intake, lets writes under way end, then closes everything. Safe to call twice. */
  stop(reason: string): Promise<void>;
};

const trimEveryMs = 3_600_000;

/**
 * Starts everything `skep serve` is made of. HTTP is up first, so that a daemon whose Engine is not there yet can say
 * so. Rejects only when its own house is not in order: the database, the address to listen on.
 */
export async function startDaemon(settings: DaemonSettings, parts: DaemonParts): Promise<Daemon> {
  const { log, clock, random, version, decrypt } = parts;
  const directory = resolve(settings.desired);
  await mkdir(settings.data, { recursive: true });
  const history = openHistory({
    file: join(settings.data, 'skep.db'),
    migrations: join(import.meta.dirname, '..', 'migrations'),
    clock,
  });
  const metrics = createMetrics(version);
  const { host, engineTimeoutMs } = settings;
  const link = createEngineLink(host, () =>
    connectEngine({ host, timeoutMs: engineTimeoutMs, onCall: metrics.engineCall }),
  );
  const credentials = openCredentials({ configFile: settings.registryConfig });
  const { environment, profiles } = settings;
  const controller = new Controller({
    link,
    directory,
    readFiles: (overlay) =>
      readSpecs({
        directory,
        environment,
        profiles,
        ...(decrypt && { decrypt }),
        ...(overlay && { overlay }),
      }),
    history,
    clock,
    random,
    log,
    version,
    metrics,
    auth: (image) => credentials.authFor(image),
    workers: settings.workers,
    writesAtOnce: settings.writesAtOnce,
    rolloutTimeoutMs: settings.rolloutTimeoutMs,
  });
  const server = buildServer({
    operator: controller.operator,
    metrics,
    auth: settings.auth,
    listen: settings.listen,
    log,
    version,
    clock,
    joinTokens: (role) => readJoinToken(link, role),
  });
  const url = await server.listen(parseListen(settings.listen)).catch((error: unknown) => {
    history.close();
    throw error;
  });
  log.info({ url, host, directory, version }, 'skep is up');

  const stopping = new AbortController();
  const { signal } = stopping;
  const files = watchFiles({
    directory,
    onChange: () => void controller.filesChanged(),
    clock,
    log,
  });
  controller.start();
  const triggers = [
    controller.resync('start'),
    runTimer(() => controller.resync('resync'), {
      everyMs: settings.resyncMs,
      clock,
      random,
      signal,
    }),
    runTimer(async () => trim(), { everyMs: trimEveryMs, clock, random, signal }),
    followEvents({
      link,
      onEvents: (events) => controller.eventsSeen(events),
      onConnect: () => void controller.resync('connect'),
      onRestart: () => metrics.eventStreamRestarted(),
      clock,
      random,
      log,
      signal,
    }),
  ];

  function trim(): void {
    history.trim({ before: clock.now() - settings.historyAgeMs, keep: settings.historyRuns });
  }

  async function shutDown(reason: string): Promise<void> {
    log.info({ reason }, 'skep is stopping');
    stopping.abort();
    await Promise.all([files.close(), controller.stop(settings.stopGraceMs)]);
    await server.close();
    link.close();
    await Promise.allSettled(triggers);
    history.close();
    log.info('skep has stopped');
  }

  let stopped: Promise<void> | undefined;
  return {
    url,
    operator: controller.operator,
    stop: (reason) => (stopped ??= shutDown(reason)),
  };
}

async function readJoinToken(link: EngineLink, role: TokenRole): Promise<string> {
  const { JoinTokens } = await (await link.engine()).swarm();
  return role === 'worker' ? JoinTokens.Worker : JoinTokens.Manager;
}
