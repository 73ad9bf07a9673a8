import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tryCommand } from '../command.ts';
import { systemEnvironment } from '../environment.ts';
import { step } from '../log.ts';
import type { Log } from '../log.ts';

const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY =
  '#!/bin/sh\n# Written by the tests of Skep while they install packages: no service starts.\nexit 101\n';
/** For packages that others replace, such as Docker's own for Debian's: the program that is wanted of them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'docker.io': 'dockerd',
  iptables: 'iptables',
  iproute2: 'ip',
  mmdebstrap: 'mmdebstrap',
};
const APT = [
  '-y',
  '-o',
  'DPkg::Lock::Timeout=300',
  '-o',
  'Acquire::Retries=3',
  '-o',
  'Acquire::http::Timeout=30',
];
const APT_WITHIN = 600_000;

/** Why packages cannot be installed on this machine; undefined when they can. */
export function whyNoPackages(): string | undefined {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    return 'this is not a Debian or Ubuntu machine';
  }
  return process.getuid?.() === 0 ? undefined : 'this needs root';
}

/** Installs what is missing of the packages, starts none of their services, and repairs an interrupted installation. */
export async function ensurePackages(packages: readonly string[], log: Log): Promise<void> {
  const missing = await missingOf(packages);
  if (missing.length === 0) return;
  const reason = whyNoPackages();
  if (reason !== undefined) throw new Error(`cannot install ${missing.join(', ')}: ${reason}`);
  log(`installing ${missing.join(', ')} with apt-get`);
  await step(log, 'installed', () => withoutServices(() => install(missing, log)));
}

async function missingOf(packages: readonly string[]): Promise<string[]> {
  const format = '${Package} ${db:Status-Status}\n';
  const known = await tryCommand('dpkg-query', ['-W', `-f=${format}`, ...packages], {
    within: 20_000,
  });
  const states = new Map(
    known.stdout.split('\n').map((line) => line.split(' ') as [string, string]),
  );
  return packages.filter((name) => {
    const state = states.get(name);
    if (state === 'installed') return false;
    const unknown = state === undefined || state === 'not-installed' || state === 'config-files';
    return !(unknown && hasProgram(PROGRAMS[name]));
  });
}

function hasProgram(program: string | undefined): boolean {
  if (program === undefined) return false;
  const folders = systemEnvironment()['PATH']?.split(':') ?? [];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

/** Three attempts: as things are; after repairing what was interrupted; and with the lists of packages fetched anew. */
async function install(packages: readonly string[], log: Log): Promise<void> {
  const repairs = [
    async () => {},
    async () => {
      await tryApt('dpkg', ['--configure', '-a', '--force-confold']);
      await tryApt('apt-get', ['install', '--fix-broken', ...APT]);
    },
    async () => rmSync('/var/lib/apt/lists', { recursive: true, force: true }),
  ];
  let said = '';
  for (const repair of repairs) {
    await repair();
    const update = await tryApt('apt-get', ['update', ...APT]);
    // One broken source of many is no reason to stop: whether the packages are there is seen next.
    if (update.code !== 0) log(`apt-get update: ${lastLines(update.stderr)}`);
    const args = ['install', '--no-install-recommends', ...APT, ...packages];
    const result = await tryApt('apt-get', args);
    if (result.code === 0) return;
    said = lastLines(`${result.stdout}\n${result.stderr}`);
    log(`apt-get install failed: ${said}`);
  }
  throw new Error(
    `could not install ${packages.join(', ')} with apt-get: ${said}\nInstall them by hand, or set DOCKER_HOST to an Engine that runs.`,
  );
}

function tryApt(program: string, args: readonly string[]) {
  const env = systemEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
  return tryCommand(program, args, { within: APT_WITHIN, env });
}

/** Debian starts a service when its package is installed, unless this file says no. A file that is there already is left. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (!existsSync(POLICY_FILE)) writeFileSync(POLICY_FILE, POLICY, { mode: 0o755 });
  try {
    await work();
  } finally {
    if (readFileSync(POLICY_FILE, 'utf8') === POLICY) rmSync(POLICY_FILE);
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-8).join('\n');
}
