import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { PlanReport } from '../../src/reconcile/operator.ts';
import { tryCommand } from '../harness/command.ts';
import type { Arena } from './arena.ts';

const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

/** What is wrong at the very end, in sentences: `skep plan` has to be empty, Skep to end well, its history to be true. */
export async function lastLook(arena: Arena): Promise<string[]> {
  const planned = await plan(arena);
  const code = await arena.skep.stop();
  return [
    ...planned,
    ...(code === 0 ? [] : [`Skep ended with ${code}`]),
    ...historyMistakes(arena),
  ];
}

async function plan({ swarm, desired, data }: Arena): Promise<string[]> {
  const host = swarm.node('m1').host;
  const args = ['plan', '--detailed-exitcode', '-o', 'json', '--host', host];
  args.push('--desired', desired, '--data', data, '--resolve-image', 'never');
  const { code, stdout, stderr } = await tryCommand(process.execPath, [bin, ...args], {
    within: 60_000,
  });
  if (code !== 0) return [`"skep plan" ended with ${code}: ${stdout}${stderr}`];
  const { actions } = JSON.parse(stdout) as PlanReport;
  return actions.length === 0 ? [] : [`"skep plan" is not empty: ${stdout}`];
}

/** Each write is a row, which is there before it is sent; and a row that is done was a write. */
function historyMistakes({ data, proxy }: Arena): string[] {
  const db = new Sqlite(join(data, 'skep.db'), { readonly: true });
  try {
    const count = (query: string) => db.prepare(query).pluck().get() as number;
    const open = ['runs', 'changes', 'rotations'].flatMap((table) => {
      const left = count(`SELECT count(*) FROM ${table} WHERE result = 'running'`);
      return left === 0 ? [] : [`${left} ${table} are open in the history`];
    });
    const drift = count('SELECT count(*) FROM drift WHERE settled_at IS NULL');
    const writes = proxy.writes().filter(({ path }) => !/rotate\w+Token=true/.test(path)).length;
    const rows = count('SELECT count(*) FROM changes');
    const done = count(`SELECT count(*) FROM changes WHERE result = 'done'`);
    return [
      ...open,
      ...(drift === 0 ? [] : [`${drift} drifts are open in the history`]),
      ...(writes <= rows ? [] : [`${writes} writes were sent, ${rows} are in the history`]),
      ...(done <= writes ? [] : [`${done} writes are done in the history, ${writes} were sent`]),
    ];
  } finally {
    db.close();
  }
}
