import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Everything a run creates on an Engine carries this label; its value is the run's id. */
export const RUN_LABEL = 'skep.test';

/**
 * The id of the run that is this process: `<machine>.<pid>.<start time>`. Whoever runs on the same machine can tell from it
 * whether the run still lives, even when the process id is used again by another process.
 */
export function currentRunId(): string {
  return `${machine()}.${process.pid}.${startTime(process.pid) ?? '0'}`;
}

/** Whether the run lives: `unknown` for a run of another machine, or of the time before the last boot. */
export function runState(runId: string): 'alive' | 'dead' | 'unknown' {
  const [runMachine, pid, started] = runId.split('.');
  if (runMachine !== machine()) return 'unknown';
  if (process.platform === 'linux') return startTime(Number(pid)) === started ? 'alive' : 'dead';
  try {
    process.kill(Number(pid), 0);
    return 'alive';
  } catch {
    return 'dead';
  }
}

/** One value for each boot of a machine and for each process namespace in it, since process ids mean nothing beyond. */
function machine(): string {
  return createHash('sha256').update(bootAndNamespace()).digest('hex').slice(0, 8);
}

function bootAndNamespace(): string {
  if (process.platform !== 'linux') return hostname();
  return (
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid')
  );
}

/** When a process started, in clock ticks since boot; undefined when there is none with this id, or only its zombie. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything; then come the state and, later, the start time.
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 'ZX'.includes(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
