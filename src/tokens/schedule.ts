import { parse, validateDetailed } from 'node-cron';
import type { Schedule } from '../spec/cluster.ts';

/**
 * When tokens rotate. node-cron reads the expression; the slots are found here on wall-clock time, so that a slot is
 * exactly one instant whatever the clocks do: a time that daylight saving skips comes when the clock has jumped, a time
 * that comes twice counts the first time. Day of month and day of week are either-or when both are given, as in crontab.
 */

/** How late a slot may be taken when `catch_up` is `skip`, in ms: a look that was delayed is no downtime. */
const grace = 10 * 60_000;

/** Leap days on one weekday come every 28 years; beyond that an expression such as "30 February" never comes. */
const horizonInDays = 40 * 366;

type Slots = { dates: (date: Temporal.PlainDate) => boolean; times: Temporal.PlainTime[] };

/** The first slot after `after`; undefined when there is none. Milliseconds since the epoch. Throws on a wrong expression or zone. */
export function nextSlot(schedule: Schedule, after: number): number | undefined {
  if (schedule.rotate === undefined) return undefined;
  const slots = readSlots(schedule.rotate);
  const zone = schedule.timezone ?? 'UTC';
  // A day early: near midnight a changing clock may carry a slot over to the next date.
  let date = dateAt(after, zone).subtract({ days: 1 });
  for (let days = 0; days < horizonInDays; days++, date = date.add({ days: 1 })) {
    if (!slots.dates(date)) continue;
    const found = slots.times
      .values()
      .map((time) => instantOf(date.toPlainDateTime(time), zone))
      .find((instant) => instant > after);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The slot that is due: the last one in (lastSlot, now]. Several missed ones are one; with `catch_up: skip` one that
 * was missed is never due. Milliseconds since the epoch.
 */
export function dueSlot(schedule: Schedule, lastSlot: number, now: number): number | undefined {
  if (schedule.rotate === undefined) return undefined;
  const earliest = schedule.catch_up === 'skip' ? Math.max(lastSlot, now - grace) : lastSlot;
  const slots = readSlots(schedule.rotate);
  const zone = schedule.timezone ?? 'UTC';
  const first = dateAt(earliest, zone).subtract({ days: 1 });
  let date = dateAt(now, zone).add({ days: 1 });
  for (; Temporal.PlainDate.compare(date, first) >= 0; date = date.subtract({ days: 1 })) {
    if (!slots.dates(date)) continue;
    const found = slots.times
      .toReversed()
      .values()
      .map((time) => instantOf(date.toPlainDateTime(time), zone))
      .find((instant) => instant <= now);
    if (found !== undefined) return found > earliest ? found : undefined;
  }
  return undefined;
}

function dateAt(at: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

function instantOf(wall: Temporal.PlainDateTime, zone: string): number {
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds;
  return (earlier.getTimeZoneTransition('next') ?? earlier).epochMilliseconds;
}

function readSlots(expression: string): Slots {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) {
    throw new Error(
      `The schedule "${expression}" must have five fields: minute hour day month weekday.`,
    );
  }
  const checked = validateDetailed(expression);
  if (!checked.valid) {
    throw new Error(
      `The schedule "${expression}" is wrong: ${checked.errors[0]?.message ?? 'unreadable'}.`,
    );
  }
  const { minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const special = [...dayOfMonth, ...dayOfWeek].find((day) => typeof day === 'string');
  if (special !== undefined) {
    throw new Error(`The schedule "${expression}" is wrong: "${special}" is no crontab day.`);
  }
  const times = hour.flatMap((h) => minute.map((m) => new Temporal.PlainTime(h, m)));
  times.sort((a, b) => Temporal.PlainTime.compare(a, b));
  const days = { listed: new Set(dayOfMonth), any: /^[*?]/.test(fields[2] ?? '') };
  // Temporal counts Sunday as 7, cron as 0 or 7.
  const weekdays = {
    listed: new Set(dayOfWeek.map((day) => Number(day) % 7)),
    any: /^[*?]/.test(fields[4] ?? ''),
  };
  const months = new Set(month);
  return {
    times,
    dates(date) {
      if (!months.has(date.month)) return false;
      const byDay = days.listed.has(date.day);
      const byWeekday = weekdays.listed.has(date.dayOfWeek % 7);
      return days.any || weekdays.any ? byDay && byWeekday : byDay || byWeekday;
    },
  };
}
