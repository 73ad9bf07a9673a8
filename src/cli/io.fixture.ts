import { buildProgram } from './program.ts';
import type { Io } from './io.ts';

/** Runs a command line in this process; answers its exit code and what it said. */
export async function runCli(args: readonly string[], environment: Io['environment'] = {}) {
  const said = { out: '', err: '' };
  const io: Io = {
    environment,
    out: (text) => void (said.out += `${text}\n`),
    err: (text) => void (said.err += `${text}\n`),
    colour: false,
    interactive: false,
    exitNow: () => {},
    onStop: () => () => {},
  };
  const code = await buildProgram(io).run([...args]);
  return { code, ...said };
}
