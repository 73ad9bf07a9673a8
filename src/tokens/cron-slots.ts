import { parse, validateDetailed } from 'node-cron';

/**
 * The slots of a cron expression. node-cron reads it; the slots are found here on wall-clock time, so that a slot is
 * exactly one instant whatever the clocks do: a time that daylight saving skips comes when the clock has jumped, a time
 * that comes twice counts the first time. Day of month and day of week are either-or when both are given, as in crontab.
 * Instants are milliseconds since the epoch; a wrong expression or zone throws.
 */
export type Cron = { expression: string; zone: string };

/** Leap days on one weekday come every 28 years; beyond that an expression such as "30 February" never comes. */
const horizonInYears = 40;

type Slots = {
  months: ReadonlySet<number>;
  dates: (date: Temporal.PlainDate) => boolean;
  times: Temporal.PlainTime[];
};

/** The first slot after an instant; undefined when there is none. */
export function firstSlotAfter({ expression, zone }: Cron, after: number): number | undefined {
  const slots = readSlots(expression);
  // A day early: near midnight a changing clock may carry a slot over to the next date.
  let date = dateAt(after, zone).subtract({ days: 1 });
  const last = date.add({ years: horizonInYears });
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = dayAfter(date, slots)) {
    if (!slots.dates(date)) continue;
    const found = slots.times
      .values()
      .map((time) => instantOf(date.toPlainDateTime(time), zone))
      .find((instant) => instant > after);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last slot in (`after`, `until`]. */
export function lastSlotIn(
  { expression, zone }: Cron,
  after: number,
  until: number,
): number | undefined {
  if (after >= until) return undefined;
  const slots = readSlots(expression);
  const first = dateAt(after, zone).subtract({ days: 1 });
  let date = dateAt(until, zone).add({ days: 1 });
  for (; Temporal.PlainDate.compare(date, first) >= 0; date = dayBefore(date, slots)) {
    if (!slots.dates(date)) continue;
    const found = slots.times
      .toReversed()
      .values()
      .map((time) => instantOf(date.toPlainDateTime(time), zone))
      .find((instant) => instant <= until);
    if (found !== undefined) return found > after ? found : undefined;
  }
  return undefined;
}

/** The next day; of a month without slots the first day of the next month. */
function dayAfter(date: Temporal.PlainDate, { months }: Slots): Temporal.PlainDate {
  return months.has(date.month) ? date.add({ days: 1 }) : date.with({ day: 1 }).add({ months: 1 });
}

/** The day before; of a month without slots the last day of the month before. */
function dayBefore(date: Temporal.PlainDate, { months }: Slots): Temporal.PlainDate {
  return (months.has(date.month) ? date : date.with({ day: 1 })).subtract({ days: 1 });
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
    months,
    times,
    dates(date) {
      if (!months.has(date.month)) return false;
      const byDay = days.listed.has(date.day);
      const byWeekday = weekdays.listed.has(date.dayOfWeek % 7);
      return days.any || weekdays.any ? byDay && byWeekday : byDay || byWeekday;
    },
  };
}
