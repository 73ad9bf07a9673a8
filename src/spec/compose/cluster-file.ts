import { z } from 'zod';
import { isCron } from './cron.ts';
import { duration } from './durations.ts';
import { mapping, textList, textOrList } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';
import { flag, wholeNumber } from './scalars.ts';
import { strictObject } from './strict-object.ts';

const hour = 3_600_000_000_000;

const certExpiry = duration.transform((nanos, context): number =>
  nanos >= hour
    ? nanos
    : refuse(context, 'out-of-range', 'is less than an hour', 'Write "1h" or more.'),
);

export const cluster = strictObject({
  task_history_limit: wholeNumber({ min: -1 })
    .exactOptional()
    .meta({ description: 'How many ended tasks are kept per slot; -1 keeps all.' }),
  snapshot_interval: wholeNumber({ min: 1 })
    .exactOptional()
    .meta({ description: 'Log entries between two snapshots of the managers.' }),
  keep_old_snapshots: wholeNumber({ min: 0 })
    .exactOptional()
    .meta({ description: 'How many older snapshots are kept.' }),
  log_entries_for_slow_followers: wholeNumber({ min: 0 })
    .exactOptional()
    .meta({ description: 'Log entries kept for managers that lag behind.' }),
  dispatcher_heartbeat: duration.exactOptional().meta({ description: 'How often nodes report.' }),
  node_cert_expiry: certExpiry
    .exactOptional()
    .meta({ description: 'How long certificates of nodes are valid.' }),
  autolock: flag.exactOptional().meta({ description: 'Managers need a key after a restart.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels of the Swarm.' }),
});

const cronExpression = z
  .string()
  .transform((text, context): string =>
    isCron(text)
      ? text
      : refuse(
          context,
          'bad-schedule',
          'is no cron expression of five fields',
          'Write minute, hour, day of the month, month and day of the week, such as "0 3 * * 0".',
        ),
  );

const timezone = z
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

const delivery = strictObject({
  file: z.string().exactOptional().meta({ description: 'The file to write the token to.' }),
  webhook: z.string().exactOptional().meta({ description: 'The URL to post to.' }),
});

const token = strictObject({
  rotate: cronExpression.meta({
    description: 'When to rotate it: a cron expression of five fields.',
  }),
  timezone: timezone.exactOptional().meta({ description: 'Where that time is. Default: UTC.' }),
  catch_up: z
    .enum(['once', 'skip'])
    .exactOptional()
    .meta({ description: 'What becomes of rotations missed while Skep was down. Default: once.' }),
  deliver: z
    .array(delivery)
    .exactOptional()
    .meta({ description: 'Where the new token goes. Not there yet.' }),
});

export const tokens = strictObject({
  worker: token.exactOptional().meta({ description: 'The token that workers join with.' }),
  manager: token.exactOptional().meta({ description: 'The token that managers join with.' }),
});

const nodeKeys = strictObject({
  role: z.enum(['worker', 'manager']).exactOptional().meta({ description: 'What it is.' }),
  availability: z
    .enum(['active', 'pause', 'drain'])
    .exactOptional()
    .meta({ description: 'Whether it takes tasks, keeps those it has, or gives them up.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels for placement.' }),
});

export const node = z.union([nodeKeys, z.null().transform((): z.output<typeof nodeKeys> => ({}))]);

export const stack = strictObject({
  files: textList
    .transform((files, context): string[] =>
      files.length > 0
        ? files
        : refuse(context, 'missing-key', 'names no file', 'Name at least one file.'),
    )
    .meta({ description: 'Its files, merged in order; paths count from the first.' }),
  env_file: textOrList
    .exactOptional()
    .meta({ description: 'Files with variables for the interpolation.' }),
});
