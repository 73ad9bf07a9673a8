import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openHistory } from '../../src/history/open-history.ts';
import { Controller } from '../../src/reconcile/controller.ts';
import type { Outcome } from '../../src/reconcile/outcome.ts';
import { systemClock } from '../../src/reconcile/system-clock.ts';
import { readSpecs } from '../../src/spec/read-specs.ts';
import type { Engine } from '../../src/swarm/engine.ts';

export type StackFiles = {
  directory: string;
  environment: Record<string, string>;
  /** Laid over the directory, by relative path. */
  overlay: Record<string, string>;
};

/**
 * Reconciles a stack with a Skep that has no memory, until it has nothing to write any more. It does not wait for tasks:
 * on a drained node none ever starts. Returns the last outcome.
 */
export async function applyStack(
  engine: Engine,
  stack: string,
  { directory, environment, overlay }: StackFiles,
): Promise<Outcome | undefined> {
  const data = mkdtempSync(join(tmpdir(), 'skep-parity-'));
  const history = openHistory({
    file: join(data, 'skep.db'),
    migrations: join(import.meta.dirname, '../../migrations'),
    clock: systemClock,
  });
  const state = { host: '', engine, problem: undefined };
  const controller = new Controller({
    link: { engine: async () => engine, state, close() {} },
    directory,
    readFiles: () => readSpecs({ directory, environment, overlay }),
    history,
    clock: systemClock,
    random: Math.random,
    log: pino({ level: 'silent' }),
    version: 'test',
    resolveImage: 'never',
    only: [stack],
  });
  try {
    controller.start();
    return await untilWritten(controller, stack);
  } finally {
    await controller.stop(10_000);
    history.close();
    rmSync(data, { recursive: true });
  }
}

const passes = 12;
const writing = ['Verifying', 'DependencyNotReady'];

async function untilWritten(controller: Controller, stack: string): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined;
  for (let pass = 0; pass < passes; pass += 1) {
    const request = { units: [stack], by: 'test', wait: true };
    const { outcomes } = await controller.operator.reconcile(request);
    outcome = outcomes?.[stack];
    if (outcome?.result !== 'wait' || !writing.includes(outcome.reason)) break;
  }
  return outcome;
}
