import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { parseListen } from './config/listen-address.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import type { History } from './history/history.ts';
import { openHistory } from './history/open-history.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { buildServer } from './http/server.ts';
import type { Clock } from './reconcile/clock.ts';
import { Controller, type ControllerOptions } from './reconcile/controller.ts';
import { createEngineLink, type EngineLink } from './reconcile/engine-link.ts';
import type { Operator } from './reconcile/operator.ts';
import { startTriggers } from './reconcile/start-triggers.ts';
import { openCredentials } from './registry/credentials.ts';
import type { TokenRole } from './spec/cluster.ts';
import { readSpecs } from './spec/read-specs.ts';
import { connectEngine } from './swarm/connect-engine.ts';

export type DaemonParts = {
  /** Of the container Skep runs in, when it does. */
  containerId?: string | undefined;
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

/**
 * Starts everything `skep serve` is made of. HTTP is up first, so that a daemon whose Engine is not there yet can say
 * so. Rejects only when its own house is not in order: the database, the address to listen on.
 */
export async function startDaemon(settings: DaemonSettings, parts: DaemonParts): Promise<Daemon> {
  const { log, clock, version } = parts;
  const history = openHistory({
    file: join(settings.data, 'skep.db'),
    migrations: join(import.meta.dirname, '..', 'migrations'),
    clock,
  });
  const trim = () => {
    const before = clock.now() - settings.historyAgeMs;
    history.trim({ before, keep: settings.historyRuns });
  };
  trim();
  const metrics = createMetrics(version);
  const { host, tls, listen, auth } = settings;
  const link = createEngineLink(host, () =>
    connectEngine({
      host,
      ...(tls && { tls }),
      timeoutMs: settings.engineTimeoutMs,
      onCall: (call) => metrics.engineCall(call),
    }),
  );
  const controller = new Controller(controllerOptions(settings, parts, { history, metrics, link }));
  const { operator } = controller;
  const joinTokens = (role: TokenRole) => readJoinToken(link, role);
  const server = buildServer({ operator, metrics, auth, listen, log, version, clock, joinTokens });
  const url = await server.listen(parseListen(listen)).catch((error: unknown) => {
    history.close();
    throw error;
  });
  log.info({ url, host, directory: settings.desired, version }, 'skep is up');
  controller.start();
  const stopTriggers = startTriggers(controller, {
    ...parts,
    ...settings,
    directory: resolve(settings.desired),
    link,
    trim,
    recover: () => history.recover(),
    onRestart: () => metrics.eventStreamRestarted(),
  });

  async function shutDown(reason: string): Promise<void> {
    log.info({ reason }, 'skep is stopping');
    const triggers = stopTriggers();
    await controller.stop(settings.stopGraceMs);
    await server.close();
    await triggers;
    history.close();
    log.info('skep has stopped');
  }

  let stopped: Promise<void> | undefined;
  return { url, operator, stop: (reason) => (stopped ??= shutDown(reason)) };
}

type House = { history: History; metrics: Metrics; link: EngineLink };

function controllerOptions(
  settings: DaemonSettings,
  { containerId, log, clock, random, version, decrypt }: DaemonParts,
  house: House,
): ControllerOptions {
  const directory = resolve(settings.desired);
  const { environment, profiles, workers, writesAtOnce } = settings;
  const credentials = openCredentials({ configFile: settings.registryConfig });
  const reading = { directory, environment, profiles, ...(decrypt && { decrypt }) };
  return {
    ...house,
    containerId,
    directory,
    readFiles: (overlay) => readSpecs({ ...reading, ...(overlay && { overlay }) }),
    auth: (image) => credentials.authFor(image),
    clock,
    random,
    log,
    version,
    workers,
    writesAtOnce,
    resolveImage: settings.resolveImage,
    keepVersions: settings.keepVersions,
    mode: settings.mode,
    rolloutTimeoutMs: settings.rolloutTimeoutMs,
  };
}

async function readJoinToken(link: EngineLink, role: TokenRole): Promise<string> {
  const { JoinTokens } = await (await link.engine()).swarm();
  return role === 'worker' ? JoinTokens.Worker : JoinTokens.Manager;
}
