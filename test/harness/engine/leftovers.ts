import { rmSync } from 'node:fs';
import { command } from '../command.ts';
import { step } from '../log.ts';
import type { Log } from '../log.ts';
import { deleteOurBridges } from './bridges.ts';
import { removeOurCgroups, thawOurCgroups } from './cgroups.ts';
import { removeStaleRules } from './firewall.ts';
import { unmountBelow } from './mounts.ts';
import { DATA_ROOT, RUN_DIR, SCRATCH_DIR, STATE_DIR } from './paths.ts';
import { anotherEngineRuns, killOurProcesses } from './processes.ts';

/** Brings the machine back to where the private Engine can start, whatever a killed one left. What it stored is kept. */
export async function clearLeftovers(log: Log): Promise<void> {
  await step(log, 'cleared what an earlier Engine left', async () => {
    thawOurCgroups();
    const processes = await killOurProcesses();
    const mounts = await unmountBelow([RUN_DIR, STATE_DIR]);
    rmSync(RUN_DIR, { recursive: true, force: true });
    rmSync(SCRATCH_DIR, { recursive: true, force: true });
    removeOurCgroups();
    const bridges = await deleteOurBridges();
    const rules = anotherEngineRuns() ? 0 : await removeStaleRules();
    log(`found ${processes} processes, ${mounts} mounts, ${bridges} bridges, ${rules} rules`);
  });
}

/** Deletes all the private Engine stored. After `clearLeftovers` only: nothing may be mounted there. */
export async function wipeData(): Promise<void> {
  await command('rm', ['-rf', '--one-file-system', DATA_ROOT], { within: 120_000 });
}
