import type { TestProject } from 'vitest/node';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { timedLog } from './log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** what `bootSwarm` boots from: `bootSwarm(inject('lab'), { engine: '28', managers: 1, workers: 2 })` */
    lab: Lab;
  }
}

/** Prepares the machine for the tests on real Swarms, once for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = timedLog('harness');
  const open = await openLab(log);
  project.provide('lab', open.lab);
  log('ready');
  return async () => {
    const left = await open.close();
    if (left.length > 0) log(`LEFT BEHIND BY TESTS: ${left.join(', ')}`);
    log('closed');
  };
}
