import { buildProgram } from './cli/program.ts';
import { processIo } from './cli/io.ts';

/** The process: arguments in, exit code out. */
export async function main(): Promise<number> {
  const io = processIo();
  return await buildProgram(io).run(process.argv.slice(2));
}
