import { createHash } from 'node:crypto';
import type { Schedule } from '../spec/cluster.ts';
import { type Cron, firstSlotAfter, lastSlotIn } from './cron-slots.ts';

/**
 * When something is rotated: pure functions of a schedule, of what is known of the past, and of the time. A slot is the
 * moment the schedule names; it is taken up to `jitter` later, but always before the next slot begins, so that each slot
 * has its own rotation. Instants are milliseconds since the epoch.
 */
export type Past = {
  /** Since when the schedule holds: what it would have asked for earlier is not owed. */
  since: number;
  /** The slot taken last. */
  slot?: number;
  /** A slot of the schedule before, whose time had come when the schedule was changed. */
  owed?: number;
  /** The last rotation that is known of, whoever made it: from there `every` counts, or else from `since`. */
  rotatedAt?: number;
  /** What jitter is drawn from, besides the slot: the same for all who might rotate this, another one for other things. */
  seed: string;
};

/** `slot` is the moment that the schedule names, `at` the one to rotate at. */
export type Slot = { slot: number; at: number };

/** How late a slot may be taken when `catch_up` is `skip`, in ms: a look that was delayed is no downtime. */
const grace = 10 * 60_000;

/** The slot to take now: the last one whose moment has come and that was not taken. Several missed ones are one. */
export function dueSlot(schedule: Schedule, past: Past, now: number): Slot | undefined {
  const earliest = schedule.catch_up === 'skip' ? now - grace : Number.NEGATIVE_INFINITY;
  return untaken(schedule, past, now).find(({ at }) => at <= now && at > earliest);
}

/** The first slot whose moment is still to come; undefined when there is none. */
export function nextSlot(schedule: Schedule, past: Past, now: number): Slot | undefined {
  const begun = untaken(schedule, past, now).filter(({ at }) => at > now);
  const coming = gridOf(schedule, past).after(now);
  if (coming !== undefined) begun.push(slotAt(coming, schedule, past));
  return begun.toSorted((a, b) => a.at - b.at)[0];
}

/** The last slot that has begun and was not taken, whether its jitter is over or not. */
export function openSlot(schedule: Schedule, past: Past, now: number): number | undefined {
  return untaken(schedule, past, now)[0]?.slot;
}

/** Slots that have begun and were not taken, the last one first; no more of them than can matter. */
function untaken(schedule: Schedule, past: Past, now: number): Slot[] {
  const grid = gridOf(schedule, past);
  const last = grid.upTo(now);
  // While the jitter of the last one is not over, the one before may have been missed.
  const before = last === undefined ? undefined : grid.upTo(last - 1);
  return [last, before, owedSlot(schedule, past)]
    .filter((slot) => slot !== undefined)
    .filter((slot) => past.slot === undefined || slot > past.slot)
    .map((slot) => slotAt(slot, schedule, past));
}

/** With `every`, any rotation since then is as good. */
function owedSlot(schedule: Schedule, { owed, rotatedAt }: Past): number | undefined {
  if (owed === undefined || !isScheduled(schedule)) return undefined;
  const isSettled = schedule.every !== undefined && rotatedAt !== undefined && rotatedAt >= owed;
  return isSettled ? undefined : owed;
}

function slotAt(slot: number, schedule: Schedule, past: Past): Slot {
  return { slot, at: slot + jitterOf(slot, schedule, past) };
}

/** Always as much for one slot, whoever asks and however often. */
function jitterOf(slot: number, schedule: Schedule, past: Past): number {
  if (!schedule.jitter) return 0;
  const distance = gridOf(schedule, past).following(slot) - slot;
  const digest = createHash('sha256').update(`${past.seed} ${slot}`).digest();
  const fraction = digest.readUIntBE(0, 6) / 2 ** 48;
  return Math.floor(fraction * Math.min(schedule.jitter / 1e6, distance));
}

export function isScheduled({ rotate, every }: Schedule): boolean {
  return rotate !== undefined || every !== undefined;
}

/** The slots that a schedule names, of those that count. */
type Grid = {
  /** The last one until then. */
  upTo(until: number): number | undefined;
  /** The first one after that. */
  after(instant: number): number | undefined;
  /** Where the slot after this one is, counting or not; infinity when there is none. */
  following(slot: number): number;
};

function gridOf(schedule: Schedule, past: Past): Grid {
  const { rotate, every, timezone = 'UTC' } = schedule;
  if (rotate !== undefined) return cronGrid({ expression: rotate, zone: timezone }, past);
  if (every !== undefined) return evenGrid(every / 1e6, past.rotatedAt ?? past.since);
  return { upTo: () => undefined, after: () => undefined, following: () => Infinity };
}

function cronGrid(cron: Cron, { since, slot = since }: Past): Grid {
  const lowest = Math.max(since, slot);
  return {
    upTo: (until) => lastSlotIn(cron, lowest, until),
    after: (instant) => firstSlotAfter(cron, Math.max(instant, lowest)),
    following: (one) => firstSlotAfter(cron, one) ?? Infinity,
  };
}

function evenGrid(period: number, start: number): Grid {
  const passed = (instant: number) => Math.max(0, Math.floor((instant - start) / period));
  return {
    upTo: (until) => (passed(until) > 0 ? start + passed(until) * period : undefined),
    after: (instant) => start + (passed(instant) + 1) * period,
    following: (one) => one + period,
  };
}
