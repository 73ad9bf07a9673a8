import type { Maintenance } from '../../spec/cluster.ts';
import { type Cron, firstSlotAfter, lastSlotIn } from '../../tokens/cron-slots.ts';

/** From its slot on, and before `until`; ms since the epoch. */
export type Window = { from: number; until: number };

/**
 * The window that is open at a moment; undefined when none is. It follows from the clock alone, so a restart in it, or a
 * clock that jumps, changes nothing.
 */
export function windowAt(maintenance: Maintenance, now: number): Window | undefined {
  const length = lengthOf(maintenance);
  const from = lastSlotIn(cronOf(maintenance), now - length, now);
  return from === undefined ? undefined : { from, until: from + length };
}

/** When the next window begins, or the open one ends; undefined when neither will. */
export function nextEdge(maintenance: Maintenance, now: number): number | undefined {
  return windowAt(maintenance, now)?.until ?? firstSlotAfter(cronOf(maintenance), now);
}

function cronOf({ cron, timezone = 'UTC' }: Maintenance): Cron {
  return { expression: cron, zone: timezone };
}

function lengthOf({ for: nanoseconds }: Maintenance): number {
  return nanoseconds / 1e6;
}
