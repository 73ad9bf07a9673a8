import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { parseListen } from './config/listen-address.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import type { History } from './history/history.ts';
import { openSturdyHistory } from './history/open-history.ts';
import { tendHistory } from './history/tend-history.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { HowToJoin } from './http/route-context.ts';
import { buildServer } from './http/server.ts';
import { createLeadership, type Leadership } from './lease/leadership.ts';
import { lockConfig } from './lease/lock-config.ts';
import type { Clock } from './reconcile/clock.ts';
import { Controller } from './reconcile/controller.ts';
import type { ControllerOptions } from './reconcile/controller-options.ts';
import { createEngineLink, type EngineLink } from './reconcile/engine-link.ts';
import type { Operator } from './reconcile/operator.ts';
import { startTriggers } from './reconcile/start-triggers.ts';
import { takeSuspended } from './reconcile/suspend.ts';
import { openCredentials } from './registry/credentials.ts';
import { specReader } from './spec/spec-reader.ts';
import { joinAnswer } from './tokens/join-answer.ts';
import { connectEngine, type ConnectOptions } from './swarm/connect-engine.ts';
import { readServerCertificate } from './swarm/server-certificate.ts';

export type DaemonParts = {
  /** Of the container Skep runs in, when it does. */
  containerId?: string | undefined;
  log: Logger;
  clock: Clock;
  random: () => number;
  version: string;
  /** Of this process alone; the lease is held under it. */
  identity: string;
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
 * so. Rejects only when its own house is not in order: a database it must not use, the address to listen on.
 */
export async function startDaemon(settings: DaemonSettings, parts: DaemonParts): Promise<Daemon> {
  const { log, clock, version } = parts;
  const history = openSturdyHistory({
    file: join(settings.data, 'skep.db'),
    migrations: join(import.meta.dirname, '..', 'migrations'),
    clock,
  });
  const trim = () => {
    const before = clock.now() - settings.historyAgeMs;
    history.trim({ before, keep: settings.historyRuns });
  };
  trim();
  const tend = tendHistory(history, log);
  tend();
  const metrics = createMetrics(version);
  const { host, listen, auth } = settings;
  const lease = openLease(settings, parts, { history, metrics }, (leads) => {
    metrics.leaderChanged(leads);
    void controller.resync('lead');
  });
  const leadership = lease?.leadership;
  const link = linkTo(settings, metrics, {
    timeoutMs: settings.engineTimeoutMs,
    beforeWrite: (method) => leadership?.guard(method),
  });
  const house: House = { history, metrics, link, leadership };
  const controller = new Controller(controllerOptions(settings, parts, house));
  const { operator } = controller;
  const howToJoin: HowToJoin = (...asked) => readHowToJoin(link, ...asked);
  const server = buildServer({ operator, metrics, auth, listen, log, version, clock, howToJoin });
  const url = await server.listen(parseListen(listen)).catch((error: unknown) => {
    history.close();
    throw error;
  });
  log.info({ url, host, directory: settings.desired, version }, 'skep is up');
  controller.start();
  controller.parts.deliveries.start();
  const stopTriggers = startTriggers(controller, {
    ...parts,
    ...settings,
    directory: resolve(settings.desired),
    link,
    trim,
    tend,
    onRestart: () => metrics.eventStreamRestarted(),
  });
  lease?.start();

  async function shutDown(reason: string): Promise<void> {
    log.info({ reason }, 'skep is stopping');
    const triggers = stopTriggers();
    await controller.stop(settings.stopGraceMs);
    await lease?.stop();
    await server.close();
    await triggers;
    history.close();
    log.info('skep has stopped');
  }

  let stopped: Promise<void> | undefined;
  return { url, operator, stop: (reason) => (stopped ??= shutDown(reason)) };
}

type House = {
  history: History;
  metrics: Metrics;
  link: EngineLink;
  leadership: Leadership | undefined;
};

function linkTo(
  { host, tls }: DaemonSettings,
  metrics: Metrics,
  rest: Omit<ConnectOptions, 'host'>,
): EngineLink {
  const onCall: ConnectOptions['onCall'] = (call) => metrics.engineCall(call);
  return createEngineLink(host, () =>
    connectEngine({ host, ...(tls && { tls }), onCall, ...rest }),
  );
}

/**
 * What lets one of several Skeps write, when they share a lease. It has a connection of its own, so that it waits
 * neither behind other calls nor as long as they may. Who only observes has no part in it.
 */
function openLease(
  settings: DaemonSettings,
  { identity, clock, log }: DaemonParts,
  { history, metrics }: Pick<House, 'history' | 'metrics'>,
  onChange: (leads: boolean) => void,
) {
  const { leaseMs, mode } = settings;
  if (leaseMs !== undefined || mode === 'observe') metrics.leaderChanged(false);
  if (leaseMs === undefined || mode === 'observe') return undefined;
  const link = linkTo(settings, metrics, { timeoutMs: leaseMs / 5 });
  const leadership = createLeadership({
    store: lockConfig(() => link.engine()),
    identity,
    leaseMs,
    now: () => performance.now(),
    suspended: () => history.suspendedUnits(),
    takeSuspended: (units) => takeSuspended(units, history),
    clock,
    log,
    onChange,
  });
  const stopping = new AbortController();
  let kept = Promise.resolve();
  return {
    leadership,
    start() {
      kept = leadership.keep(stopping.signal);
    },
    /** To be called when nothing is written any more: the next one leads at once. */
    async stop() {
      stopping.abort();
      await kept;
      await leadership.release();
      link.close();
    },
  };
}

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
    learnOwners: true,
    containerId,
    directory,
    readFiles: specReader(reading, () => clock.now()),
    auth: (image) => credentials.authFor(image),
    readCertificate: (address) => readServerCertificate(address, 5_000),
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

async function readHowToJoin(
  link: EngineLink,
  ...[role, advertise]: Parameters<HowToJoin>
): ReturnType<HowToJoin> {
  const engine = await link.engine();
  const [swarm, nodes] = await Promise.all([engine.swarm(), engine.nodes()]);
  return joinAnswer(role, swarm, nodes, advertise);
}
