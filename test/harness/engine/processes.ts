import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { eventually } from '../await.ts';
import { CGROUP_PARENT, RUN_DIR, SCRATCH_DIR, STATE_DIR } from './paths.ts';

/** The programs that may be ours when an argument names one of our directories. */
const PROGRAMS =
  /^(dockerd|containerd|containerd-shim.*|runc|docker-proxy|docker-init|exe|mmdebstrap|perl|apt-get|dpkg|tar)$/;

interface Process {
  pid: number;
  arguments: string[];
  cgroups: string;
  root: string;
}

/**
 * Kills every process that belongs to our directories or runs in a container of the private Engine, and waits until they are
 * gone. Containers have to be thawed before: what is frozen does not die.
 */
export async function killOurProcesses(): Promise<number> {
  return await killAll(isOurs);
}

/** Kills what an interrupted bootstrap of an image left running. */
export async function killScratchProcesses(): Promise<number> {
  return await killAll((process) => isIn(process, [SCRATCH_DIR]));
}

async function killAll(condemned: (process: Process) => boolean): Promise<number> {
  const ancestors = new Set(ownAncestors());
  const find = () => processes().filter((one) => !ancestors.has(one.pid) && condemned(one));
  const killed = find();
  await eventually(
    () => {
      const left = find();
      for (const { pid } of left) kill(pid);
      return left.length === 0;
    },
    { what: 'end of the processes an earlier run left behind', within: 20_000 },
  );
  return killed.length;
}

/** Whether an Engine that is not ours runs in the same network as we do. */
export function anotherEngineRuns(): boolean {
  return processes().some(
    (process) =>
      basename(process.arguments[0] ?? '') === 'dockerd' &&
      !isOurs(process) &&
      sharesOurNetwork(process),
  );
}

function sharesOurNetwork({ pid }: Process): boolean {
  return linkOf(pid, 'ns/net') === readlinkSync('/proc/self/ns/net');
}

function isOurs(process: Process): boolean {
  return process.cgroups.includes(`:${CGROUP_PARENT}/`) || isIn(process, [RUN_DIR, STATE_DIR]);
}

/**
 * Whether a process runs inside one of the folders, or is a program we start with an argument that names one. Folders of the same
 * name in a container of somebody else are not ours, and its processes have another network.
 */
function isIn(process: Process, folders: readonly string[]): boolean {
  if (!sharesOurNetwork(process)) return false;
  const program = basename(process.arguments[0] ?? '');
  return folders.some(
    (folder) =>
      process.root.startsWith(`${folder}/`) ||
      (PROGRAMS.test(program) && process.arguments.some((text) => text.includes(`${folder}/`))),
  );
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      arguments: textOf(Number(name), 'cmdline').split('\0'),
      cgroups: textOf(Number(name), 'cgroup'),
      root: linkOf(Number(name), 'root'),
    }))
    .filter((process) => !isZombie(process.pid));
}

/** A zombie has ended; it stays listed as long as its parent does not ask for it. */
function isZombie(pid: number): boolean {
  return /^State:\s+[ZX]/m.test(textOf(pid, 'status'));
}

function ownAncestors(): number[] {
  const line: number[] = [];
  for (let pid = process.pid; pid > 0;) {
    line.push(pid);
    pid = Number(/^PPid:\s+(\d+)/m.exec(textOf(pid, 'status'))?.[1] ?? 0);
  }
  return line;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(pid: number, link: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${link}`);
  } catch {
    return '';
  }
}
