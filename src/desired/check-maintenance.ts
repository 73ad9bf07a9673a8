import type { Maintenance } from '../spec/cluster.ts';
import { firstSlotAfter } from '../tokens/cron-slots.ts';
import type { Finding, Scope } from './scope.ts';

/** A window that is not over when the next begins would never let its node go. */
export function checkMaintenance(scope: Scope): void {
  for (const [name, { maintenance }] of Object.entries(scope.unit.cluster.nodes ?? {})) {
    const found = maintenance && wrongWith(maintenance);
    if (found) scope.error({ ...found, path: ['nodes', name, 'maintenance', ...found.path] });
  }
}

function wrongWith(maintenance: Maintenance): Finding | undefined {
  try {
    const distance = tooShortDistance(maintenance);
    return distance === undefined ? undefined : endless(distance);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { path: ['cron'], code: 'bad-schedule', message, remedy: 'Write days that there are.' };
  }
}

function endless(distance: number): Finding {
  return {
    path: ['for'],
    code: 'endless-maintenance',
    message: 'the window is not over when the next one begins: the node would stay drained',
    remedy: `Write less than "${Math.floor(distance / 60_000)}m", or a "cron" whose times are further apart.`,
  };
}

/** Enough slots, and years, to meet the distances that a schedule has, with clocks that are put forward. */
const looks = { slots: 100, from: Date.UTC(2024), to: Date.UTC(2029) };

/** Between two slots, when a window is as long or longer; in ms. */
function tooShortDistance({ cron, timezone = 'UTC', for: length }: Maintenance): number | undefined {
  const times = { expression: cron, zone: timezone };
  let slot = firstSlotAfter(times, looks.from);
  for (let looked = 1; looked < looks.slots && slot !== undefined; looked += 1) {
    const next = firstSlotAfter(times, slot);
    if (next === undefined || next > looks.to) return undefined;
    if (next - slot <= length / 1e6) return next - slot;
    slot = next;
  }
  return undefined;
}
