import { expect, inject, test } from 'vitest';
import { timedLog } from '../harness/log.ts';
import { report } from './report.ts';
import { soakSettings } from './settings.ts';
import { Soak } from './soak.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** what the summary of the faults shows in full */
    report?: string;
  }
}

const settings = soakSettings({ minutes: 1, seed: 20_261_121 });

test(
  `edits, drift and faults in any order: all converges, and no task is restarted without a reason (seed ${settings.seed})`,
  { timeout: settings.minutes * 60_000 + 600_000 },
  async ({ task }) => {
    const result = await Soak.run(inject('lab'), { ...settings, log: timedLog('soak') });
    task.meta.report = report({ ...settings, ...result }, false);
    expect(result.wrong, task.meta.report).toEqual([]);
  },
);
