import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { eventually } from '../await.ts';
import { systemEnvironment } from '../environment.ts';
import {
  CGROUP_PARENT,
  CONFIG_FILE,
  CONTAINERD_ROOT,
  DATA_ROOT,
  EXEC_ROOT,
  LOG_FILE,
  PID_FILE,
  PRIVATE_HOST,
  RUN_DIR,
  STATE_DIR,
} from './paths.ts';
import { engineVersion } from './ping.ts';
import { runtimeConfig } from './runtime.ts';

const CONTAINERD_SOCKET = `${RUN_DIR}/containerd.sock`;
const CONTAINERD_CONFIG = `${RUN_DIR}/containerd.toml`;
const ANSWERS_WITHIN = 60_000;
const LOG_SHOWN = 30;

/** Starts the private Engine, which outlives this process, and waits until it answers; returns its version. */
export async function startDaemon(): Promise<string> {
  for (const folder of [RUN_DIR, STATE_DIR, DATA_ROOT, EXEC_ROOT]) {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
  }
  writeFileSync(CONTAINERD_CONFIG, containerdConfig());
  writeFileSync(CONFIG_FILE, JSON.stringify(engineConfig(), undefined, 2));
  const log = openSync(LOG_FILE, 'w');
  const daemons = [
    startDetached('containerd', ['--config', CONTAINERD_CONFIG], log),
    startDetached('dockerd', ['--config-file', CONFIG_FILE], log),
  ];
  closeSync(log);
  return await answer(daemons);
}

/** The end of what the private Engine wrote. */
export function daemonLogTail(): string {
  if (!existsSync(LOG_FILE)) return '(it wrote nothing)';
  return readFileSync(LOG_FILE, 'utf8').trimEnd().split('\n').slice(-LOG_SHOWN).join('\n');
}

async function answer(daemons: readonly Daemon[]): Promise<string> {
  const failed = Promise.race(daemons.map((daemon) => daemon.failed));
  const answered = eventually(() => engineVersion(PRIVATE_HOST, 2000), {
    what: 'an answer of the Engine',
    within: ANSWERS_WITHIN,
  });
  // When a daemon ends first, nobody waits for the answer any more.
  answered.catch(() => {});
  return await Promise.race([answered, failed]);
}

interface Daemon {
  /** rejects when the daemon ends; resolves never */
  failed: Promise<never>;
}

function startDetached(program: string, args: readonly string[], log: number): Daemon {
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: systemEnvironment(),
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  child.on('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
  child.on('exit', (code, signal) => reject(new Error(`${program} ended (${code ?? signal})`)));
  child.unref();
  return { failed };
}

function engineConfig(): Record<string, unknown> {
  return {
    hosts: [PRIVATE_HOST],
    'data-root': DATA_ROOT,
    'exec-root': EXEC_ROOT,
    pidfile: PID_FILE,
    // Left alone, dockerd takes any file at the usual place for a containerd that runs, and hangs on a dead one.
    containerd: CONTAINERD_SOCKET,
    // No docker0: every network of the harness has a bridge of its own.
    bridge: 'none',
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': CGROUP_PARENT,
    'log-opts': { 'max-size': '10m' },
    ...runtimeConfig(),
  };
}

function containerdConfig(): string {
  return `version = 2
root = "${CONTAINERD_ROOT}"
state = "${RUN_DIR}/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${CONTAINERD_SOCKET}"
`;
}
