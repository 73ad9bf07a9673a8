import { existsSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CGROUP_PARENT } from './paths.ts';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** Thaws the containers an earlier run paused: a frozen process does not die from any signal. */
export function thawOurCgroups(): void {
  for (const folder of ourCgroups()) {
    writeIfThere(join(folder, 'freezer.state'), 'THAWED');
    writeIfThere(join(folder, 'cgroup.freeze'), '0');
  }
}

/** Removes our cgroups that hold no process any more, innermost first. */
export function removeOurCgroups(): void {
  for (const folder of ourCgroups().toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      // Still in use, or gone already: an empty cgroup does no harm.
    }
  }
}

/** All folders below our parent, in every hierarchy (cgroup v1 has one for each controller), outermost first. */
function ourCgroups(): string[] {
  if (!existsSync(CGROUP_ROOT)) return [];
  const hierarchies = ['', ...readdirSync(CGROUP_ROOT)];
  return hierarchies
    .map((hierarchy) => join(CGROUP_ROOT, hierarchy, CGROUP_PARENT))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...foldersBelow(folder)]);
}

function foldersBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .flatMap((below) => [below, ...foldersBelow(below)]);
}

function writeIfThere(file: string, text: string): void {
  if (!existsSync(file)) return;
  try {
    writeFileSync(file, text);
  } catch {
    // The cgroup went away in the meantime, or cannot be frozen (the root of a hierarchy).
  }
}
