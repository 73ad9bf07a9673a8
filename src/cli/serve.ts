import { randomBytes } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { allowedVariables } from '../config/read-settings.ts';
import type { Settings } from '../config/settings.ts';
import { startDaemon } from '../daemon.ts';
import type { Daemon } from '../daemon.ts';
import type { DaemonSettings } from '../daemon-settings.ts';
import type { ApiToken, Auth, Scope } from '../http/auth.ts';
import { systemClock } from '../reconcile/system-clock.ts';
import { readContainerId } from '../swarm/find-self.ts';
import { version } from '../version.ts';
import type { CliCommand, Context } from './command.ts';
import type { Io } from './io.ts';
import { tlsOf } from './open-engine.ts';
import { decrypter } from './read-options.ts';

export const serve: CliCommand = {
  name: 'serve',
  summary: 'run the daemon: reconcile, and serve the API and the status page',
  help: 'Stops on SIGTERM or SIGINT after the calls in flight, within 5 s; a second signal ends it at once.',
  settings: [
    'host',
    'tlsVerify',
    'certPath',
    'desired',
    'data',
    'listen',
    'adminToken',
    'operateToken',
    'readToken',
    'joinToken',
    'environment',
    'profiles',
    'mode',
    'lease',
    'resync',
    'rescan',
    'rolloutTimeout',
    'resolveImage',
    'registryConfig',
    'ageKey',
    'keepVersions',
    'historyAge',
    'historyRuns',
    'logLevel',
  ],
  async run(context) {
    const log = pino({ level: context.settings.logLevel, base: { name: 'skep' } });
    const daemon = await startDaemon(daemonSettings(context), {
      log,
      clock: systemClock,
      random: Math.random,
      identity: `${hostname()}-${randomBytes(3).toString('hex')}`,
      version,
      containerId: await readContainerId(hostname()),
      decrypt: decrypter(context.settings),
    });
    await untilStopped(context.io, daemon);
    return 0;
  },
};

/** A first signal stops in order; a second one does not wait for anything. */
async function untilStopped(io: Io, daemon: Daemon): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let stopping = false;
  const forget = io.onStop((signal) => {
    if (stopping) io.exitNow(signal === 'SIGINT' ? 130 : 143);
    stopping = true;
    daemon.stop(signal).then(resolve, reject);
  });
  await promise.finally(forget);
}

function daemonSettings(context: Context): DaemonSettings {
  const { settings, io } = context;
  const tls = tlsOf(settings);
  return {
    host: settings.host,
    ...(tls && { tls }),
    engineTimeoutMs: 24_000,
    desired: settings.desired,
    environment: allowedVariables(io.environment, settings.environment),
    profiles: settings.profiles,
    data: settings.data,
    registryConfig: settings.registryConfig ?? join(homedir(), '.docker', 'config.json'),
    listen: settings.listen,
    auth: authOf(settings),
    resyncMs: settings.resync,
    rescanMs: settings.rescan,
    mode: settings.mode,
    ...(settings.lease !== undefined && { leaseMs: settings.lease }),
    resolveImage: settings.resolveImage,
    keepVersions: settings.keepVersions,
    rolloutTimeoutMs: settings.rolloutTimeout,
    workers: 16,
    writesAtOnce: 16,
    stopGraceMs: 4_000,
    historyAgeMs: settings.historyAge,
    historyRuns: settings.historyRuns,
  };
}

/** Without any token nobody is asked for one, which the server allows on loopback only. */
function authOf(settings: Settings): Auth {
  const given: [string | undefined, Scope][] = [
    [settings.adminToken, 'admin'],
    [settings.operateToken, 'operate'],
    [settings.readToken, 'read'],
    [settings.joinToken, 'join'],
  ];
  const tokens = given.flatMap(([token, scope]): ApiToken[] =>
    token === undefined ? [] : [{ token, scopes: [scope], name: scope }],
  );
  return tokens.length > 0 ? { tokens } : null;
}
