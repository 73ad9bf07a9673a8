import type { TokenSchedule } from '../spec/cluster.ts';

/** The first slot after `after`. Milliseconds since the epoch. Throws on an expression or time zone that is wrong. */
export function nextSlot(schedule: TokenSchedule, after: number): number | undefined {
  throw new Error(`to be written: ${schedule.rotate} ${after}`);
}

/**
 * The slot to rotate for now, if one is due: the last one passed in (lastSlot, now]. A schedule without a last slot
 * starts counting now: pass the time it was first seen.
 */
export function dueSlot(
  schedule: TokenSchedule,
  lastSlot: number,
  now: number,
): number | undefined {
  throw new Error(`to be written: ${schedule.rotate} ${lastSlot} ${now}`);
}
