import { z } from 'zod';
import type { Schedule } from '../spec/cluster.ts';
import { isScheduled, openSlot, type Past } from './schedule.ts';

/**
 * What has to be remembered of something that is rotated, so that its schedule is kept over restarts. The Swarm's own labels
 * hold the last rotation, and outlive any database; what nobody can write there (since when a schedule holds, a token
 * that somebody else rotated) is noted each time the Swarm is looked at. Instants are milliseconds since the epoch.
 */
export type Memory = z.infer<typeof memory>;

const memory = z.object({
  /** The schedule all this is about. */
  rotate: z.string().exactOptional(),
  timezone: z.string().exactOptional(),
  every: z.number().exactOptional(),
  since: z.number(),
  slot: z.number().exactOptional(),
  owed: z.number().exactOptional(),
  rotatedAt: z.number().exactOptional(),
  /** Of the token as it was last seen. */
  fingerprint: z.string().exactOptional(),
});

/** What the Swarm says of it: its labels, and which token there is. */
export type Live = { slot?: number; rotatedAt?: number; fingerprint?: string; seed: string };

/** What was remembered as JSON; undefined when it is no memory. */
export function readMemory(state: unknown): Memory | undefined {
  return memory.safeParse(state).data;
}

/**
 * The memory after a look. A schedule that was changed counts from now, but for a slot that had begun and that nobody had
 * taken yet. Without any memory, the Swarm's labels say since when: the database was lost, not the schedule.
 */
export function remember(
  before: Memory | undefined,
  schedule: Schedule,
  live: Live,
  now: number,
): Memory {
  const slot = latest(before?.slot, live.slot);
  const rotatedAt = latest(before?.rotatedAt, live.rotatedAt, noticedAt(before, live, now));
  return {
    ...identity(schedule),
    ...counted(before, schedule, live, now),
    ...(slot !== undefined && { slot }),
    ...(rotatedAt !== undefined && { rotatedAt }),
    ...(live.fingerprint !== undefined && { fingerprint: live.fingerprint }),
  };
}

export function pastOf({ since, slot, owed, rotatedAt }: Memory, { seed }: Live): Past {
  return {
    since,
    seed,
    ...(slot !== undefined && { slot }),
    ...(owed !== undefined && { owed }),
    ...(rotatedAt !== undefined && { rotatedAt }),
  };
}

/** Another token than before, and the labels do not say that a Skep rotated it: somebody else did, before now. */
function noticedAt(before: Memory | undefined, live: Live, now: number): number | undefined {
  if (before?.fingerprint === undefined || before.fingerprint === live.fingerprint)
    return undefined;
  const isSkeps = (live.rotatedAt ?? 0) > (before.rotatedAt ?? 0);
  return isSkeps ? undefined : now;
}

function counted(
  before: Memory | undefined,
  schedule: Schedule,
  live: Live,
  now: number,
): Pick<Memory, 'since' | 'owed'> {
  if (before === undefined) return { since: Math.min(now, live.slot ?? now) };
  const past = pastOf({ ...before, ...withSlot(latest(before.slot, live.slot)) }, live);
  if (isSame(before, schedule)) {
    // A clock that was ahead may have gone back since.
    const since = Math.min(now, before.since);
    const { owed, slot = 0 } = past;
    return owed === undefined || owed <= slot ? { since } : { since, owed };
  }
  const owed = isScheduled(schedule) ? openSlot(before, past, now) : undefined;
  return owed === undefined ? { since: now } : { since: now, owed };
}

function isSame(before: Memory, schedule: Schedule): boolean {
  const { rotate, timezone, every } = identity(schedule);
  return before.rotate === rotate && before.timezone === timezone && before.every === every;
}

function identity({ rotate, timezone = 'UTC', every }: Schedule) {
  return {
    ...(rotate !== undefined && { rotate, timezone }),
    ...(every !== undefined && { every }),
  };
}

function withSlot(slot: number | undefined) {
  return slot === undefined ? {} : { slot };
}

function latest(...instants: (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
