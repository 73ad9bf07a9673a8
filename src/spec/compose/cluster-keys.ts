import { z } from 'zod';
import { keyDeliveries } from './deliveries.ts';
import { duration } from './durations.ts';
import { mapping, options, textList } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';
import { flag, wholeNumber } from './scalars.ts';
import { atLeast, scheduleKeys, settleSchedule } from './schedule.ts';
import { strictObject } from './strict-object.ts';

const hour = 3_600_000_000_000;

const externalCa = strictObject({
  url: z
    .string()
    .transform((url, context): string =>
      /^https?:$/.test(URL.parse(url)?.protocol ?? '')
        ? url
        : refuse(
            context,
            'bad-url',
            'is no URL of HTTP',
            'Write one such as "https://ca:8888/sign".',
          ),
    )
    .meta({ description: 'Where it signs.' }),
  protocol: z.literal('cfssl').exactOptional().meta({ description: 'What it speaks.' }),
  ca_cert_file: z.string().exactOptional().meta({
    description:
      'The file with the root certificate (PEM) it signs for: used only while that is the Swarm’s root. Default: the root of now.',
  }),
  options: options.exactOptional().meta({ description: 'Options of the protocol.' }),
});

const unlockKey = strictObject({
  ...scheduleKeys,
  deliver: keyDeliveries.exactOptional().meta({
    description: 'Where each new key goes: to a `file` or a `webhook`.',
  }),
})
  .transform(settleSchedule)
  .transform((key, context) => {
    const isScheduled = key.rotate !== undefined || key.every !== undefined;
    if (!isScheduled || (key.deliver ?? []).length > 0) return key;
    const message = 'is rotated and delivered nowhere: no restarted manager could be unlocked';
    const remedy = 'Add "deliver", such as [ { file: /run/skep/unlock.key } ].';
    return refuse(context, 'no-delivery', message, remedy);
  });

/** The key `cluster`. */
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
  node_cert_expiry: atLeast(hour, '1h')
    .exactOptional()
    .meta({ description: 'How long certificates of nodes are valid.' }),
  external_cas: z.array(externalCa).exactOptional().meta({
    description:
      'Who signs certificates of nodes instead of the Swarm itself; `[]` is nobody. Every manager must reach it, or no node joins.',
  }),
  ca_rotation: wholeNumber({ min: 0 }).exactOptional().meta({
    description:
      'A generation: raise it, and the root certificate is renewed once, with the certificates of all nodes and both join tokens. The first number that a Swarm is told is only noted.',
  }),
  autolock: flag.exactOptional().meta({
    description: 'Managers need a key after a restart. Needs `unlock_key.deliver`.',
  }),
  unlock_key: unlockKey.exactOptional().meta({
    description:
      'Rotation and delivery of the key that unlocks managers. A manager that restarts within minutes of a rotation may still need the key before: keep both for that long.',
  }),
  default_addr_pool: textList
    .exactOptional()
    .meta({ description: 'Fixed when the Swarm was made: compared and reported, never written.' }),
  subnet_size: wholeNumber({ min: 1, max: 32 })
    .exactOptional()
    .meta({ description: 'Fixed when the Swarm was made: compared and reported, never written.' }),
  data_path_port: wholeNumber({ min: 1024, max: 49_151 })
    .exactOptional()
    .meta({ description: 'Fixed when the Swarm was made: compared and reported, never written.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels of the Swarm.' }),
});
