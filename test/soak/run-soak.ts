import { openLab } from '../harness/lab.ts';
import { timedLog } from '../harness/log.ts';
import { soakSettings } from './settings.ts';
import { Soak } from './soak.ts';
import { report } from './report.ts';

// Half an hour of edits, drift and faults on a real Swarm: `SKEP_SOAK_SEED=… SKEP_SOAK_MINUTES=… npm run soak`

const log = timedLog('soak');
const settings = soakSettings({ minutes: 30 });
log(`seed ${settings.seed}, ${settings.minutes} minutes`);
const open = await openLab(log, ['28']);
try {
  const result = await Soak.run(open.lab, { ...settings, log });
  console.log(report({ ...settings, ...result }, process.stdout.isTTY));
  process.exitCode = result.wrong.length === 0 ? 0 : 1;
} finally {
  await open.close();
}
