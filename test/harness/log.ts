/** Where the harness says what it is doing: one line at a time. */
export type Log = (line: string) => void;

/** A log that writes to stderr, each line with the seconds since it was made. */
export function timedLog(prefix: string): Log {
  const started = performance.now();
  return (line) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
    process.stderr.write(`${prefix} ${seconds}s  ${line}\n`);
  };
}

/** Runs one step and logs how long it took; a failure is logged by whoever catches it. */
export async function step<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}
