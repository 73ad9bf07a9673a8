import { validateDetailed } from 'node-cron';
import { z } from 'zod';
import { isCron } from './cron.ts';
import { duration } from './durations.ts';
import { refuse } from './refuse.ts';

export const cronExpression = z.string().transform((text, context): string => {
  if (!isCron(text)) {
    const remedy =
      'Write minute, hour, day of the month, month and day of the week, such as "0 3 * * 0".';
    return refuse(context, 'bad-schedule', 'is no cron expression of five fields', remedy);
  }
  if (validateDetailed(text).valid) return text;
  const remedy = 'Write a day that one of the months has.';
  return refuse(context, 'bad-schedule', 'names a day that its months never have', remedy);
});

export const timezone = z
  .string()
  .transform((name, context): string =>
    isTimezone(name)
      ? name
      : refuse(context, 'bad-timezone', 'is no time zone', 'Write a name such as "Asia/Seoul".'),
  );

function isTimezone(name: string): boolean {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // An offset such as +09:00 passes too, but it is no zone: it knows no summer time.
    return /^[a-z]/i.test(known) && /^[a-z]/i.test(name);
  } catch {
    return false;
  }
}

const minute = 60_000_000_000;

/** A duration of at least that many nanoseconds; `written` is that in words of the file. */
export function atLeast(nanoseconds: number, written: string) {
  return duration.transform((nanos, context): number =>
    nanos >= nanoseconds
      ? nanos
      : refuse(context, 'out-of-range', `is less than ${written}`, `Write "${written}" or more.`),
  );
}

/** When something is rotated: by the clock, or so long after the last time. */
export const scheduleKeys = {
  rotate: cronExpression.exactOptional().meta({
    description:
      'When to rotate it: a cron expression of five fields. Each slot has its own rotation, whoever rotated it shortly before.',
  }),
  every: atLeast(minute, '1m').exactOptional().meta({
    description:
      'How long after the last rotation comes the next, instead of `rotate`; whoever made that one: the schedule, a person, or the end of a CA rotation. When none is known, counted from when Skep first saw this.',
  }),
  timezone: timezone
    .exactOptional()
    .meta({ description: 'Where the time of `rotate` is. Default: UTC.' }),
  jitter: duration.exactOptional().meta({
    description:
      'The rotation comes up to so much later, always as much for one slot, and before the next slot. Default: 0s.',
  }),
  catch_up: z.enum(['once', 'skip']).exactOptional().meta({
    description:
      'What becomes of rotations that were not possible at their time, as while Skep was down: `once` makes the last one as soon as it can, `skip` leaves out what is more than 10 minutes late. Default: once.',
  }),
};

type ScheduleInput = { rotate?: string; every?: number; timezone?: string };

/** At most one of the two ways to say when. */
export function settleSchedule<Input extends ScheduleInput>(
  input: Input,
  context: z.RefinementCtx,
): Input {
  if (input.rotate !== undefined && input.every !== undefined) {
    const remedy = 'Keep "rotate" for times of the clock, or "every" for a distance.';
    return refuse(context, 'conflicting-keys', 'has both "rotate" and "every"', remedy);
  }
  if (input.timezone !== undefined && input.rotate === undefined) {
    const remedy = 'Add "rotate", or take "timezone" out.';
    return refuse(context, 'conflicting-keys', 'has a "timezone" without "rotate"', remedy);
  }
  return input;
}
