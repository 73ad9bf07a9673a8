import { command } from '../command.ts';
import type { Log } from '../log.ts';
import { deleteOurBridges } from './bridges.ts';
import { removeOurCgroups, thawOurCgroups } from './cgroups.ts';
import { removeStaleRules } from './firewall.ts';
import { unmountBelow } from './mounts.ts';
import { CONTAINERD_ROOT, DATA_ROOT, RUN_DIR, SCRATCH_DIR, STATE_DIR } from './paths.ts';
import { anotherEngineRuns, killOurProcesses } from './processes.ts';

/** Brings the machine back to where the private Engine can start, whatever a killed one left. What it stored is kept. */
export async function clearLeftovers(log: Log): Promise<void> {
  thawOurCgroups();
  const processes = await killOurProcesses();
  const mounts = await unmountBelow([RUN_DIR, STATE_DIR]);
  await removeFolder(RUN_DIR);
  await removeFolder(SCRATCH_DIR);
  removeOurCgroups();
  const bridges = await deleteOurBridges();
  const rules = anotherEngineRuns() ? 0 : await removeStaleRules();
  log(
    `cleared ${processes} processes, ${mounts} mounts, ${bridges} bridges, ${rules} firewall rules`,
  );
}

/** Deletes all the private Engine stored. After `clearLeftovers` only: nothing may be mounted there. */
export async function wipeData(): Promise<void> {
  await removeFolder(DATA_ROOT);
  await removeFolder(CONTAINERD_ROOT);
}

/** Never goes into what is still mounted below: that may be a folder of somebody else. */
async function removeFolder(folder: string): Promise<void> {
  await command('rm', ['-rf', '--one-file-system', folder], { within: 120_000 });
}
