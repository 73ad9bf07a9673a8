import { z } from 'zod';
import type { ComposeMount } from '../compose.ts';
import { mapping } from './lists-and-maps.ts';
import { refuse } from './refuse.ts';
import { fileMode, flag } from './scalars.ts';
import { parseShortVolume, type MountEntry } from './short-volume.ts';
import { size } from './sizes.ts';
import { strictObject } from './strict-object.ts';

const shortVolume = z.string().transform((text, context): MountEntry => {
  const entry = parseShortVolume(text);
  if (typeof entry !== 'string') return checkMount(entry, context);
  return refuse(
    context,
    'bad-volume',
    entry,
    'Write it as "source:/target" or "source:/target:ro".',
  );
});

const bind = strictObject({
  propagation: z
    .enum(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'])
    .exactOptional()
    .meta({ description: 'How mounts made later pass between host and container.' }),
  create_host_path: flag
    .exactOptional()
    .meta({ description: 'Make the path on the node when it is missing.' }),
  recursive: z
    .enum(['enabled', 'disabled', 'writable', 'readonly'])
    .exactOptional()
    .meta({ description: 'What happens to mounts below the source.' }),
  selinux: z.enum(['z', 'Z']).exactOptional().meta({ description: 'Not honoured by Swarm.' }),
});

const volume = strictObject({
  nocopy: flag
    .exactOptional()
    .meta({ description: 'Do not fill a new volume with what the image has there.' }),
  subpath: z.string().exactOptional().meta({ description: 'A path inside the volume.' }),
  labels: mapping.exactOptional().meta({ description: 'Labels of the volume when it is made.' }),
});

const tmpfs = strictObject({
  size: size.exactOptional().meta({ description: 'At most this many bytes.' }),
  mode: fileMode.exactOptional().meta({ description: 'Permissions of the mount, in octal.' }),
});

const longVolume = strictObject({
  type: z
    // Empty after a variable without a value: docker hands it on, and the Engine takes it for a bind.
    .enum(['bind', 'volume', 'tmpfs', 'npipe', 'cluster', ''])
    .transform((type) => type || 'bind')
    .meta({ description: 'What is mounted: bind, volume, tmpfs, npipe or cluster.' }),
  source: z
    .string()
    .exactOptional()
    .meta({ description: 'A path on the node, or the name of a volume.' }),
  target: z.string().meta({ description: 'The path in the container.' }),
  read_only: flag.exactOptional().meta({ description: 'Mount it read-only.' }),
  consistency: z.string().exactOptional().meta({ description: 'A hint for Docker Desktop.' }),
  bind: bind.exactOptional().meta({ description: 'Options of a bind.' }),
  volume: volume.exactOptional().meta({ description: 'Options of a volume.' }),
  tmpfs: tmpfs.exactOptional().meta({ description: 'Options of a tmpfs.' }),
  cluster: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .meta({ description: 'Options of a cluster volume.' }),
}).transform(({ bind, ...mount }, context): MountEntry => {
  const { selinux, ...bindOptions } = bind ?? {};
  return checkMount(
    {
      mount: bind === undefined ? mount : { ...mount, bind: bindOptions },
      unknown: selinux === undefined ? [] : [selinux],
    },
    context,
  );
});

/** What the Engine would refuse once the service is written. */
function checkMount(entry: MountEntry, context: z.RefinementCtx): MountEntry {
  const { mount } = entry;
  if (mount.type === 'bind' && (mount.source ?? '') === '' && mount.target !== '') {
    refuse(context, 'bad-volume', 'is a bind without a source', 'Name a path on the node.');
  }
  if (mount.type === 'tmpfs' && (mount.source ?? '') !== '') {
    refuse(context, 'bad-volume', 'is a tmpfs with a source', 'Remove "source".');
  }
  for (const foreign of optionsOfOtherTypes(mount)) {
    refuse(
      context,
      'bad-volume',
      `has options of type "${foreign}" but is of type "${mount.type}"`,
      `Remove "${foreign}", or change the type.`,
      [foreign],
    );
  }
  return entry;
}

function optionsOfOtherTypes(mount: ComposeMount): string[] {
  const kinds = ['bind', 'volume', 'tmpfs', 'cluster'] as const;
  // A short form may say "nocopy" of a bind; Docker drops it there.
  return kinds.filter((kind) => kind !== mount.type && mount[kind] !== undefined);
}

export const volumes = z.array(z.union([shortVolume, longVolume]));

/** `path[:options]` of a service's `tmpfs:`, which becomes a mount. */
export const tmpfsMount = z.string().transform((text, context): ComposeMount => {
  const [target = '', optionText] = text.split(/:(.*)/s);
  const mount: ComposeMount = { type: 'tmpfs', target };
  const parsed = parseTmpfsOptions(optionText?.split(',') ?? []);
  if (!target.startsWith('/') || parsed === undefined) {
    return refuse(context, 'bad-tmpfs', 'is no tmpfs', 'Write it as "/run" or "/run:size=64m".');
  }
  return Object.keys(parsed).length === 0 ? mount : { ...mount, tmpfs: parsed };
});

function parseTmpfsOptions(options: string[]): NonNullable<ComposeMount['tmpfs']> | undefined {
  const values = new Map(options.map((option) => splitOption(option)));
  const shape = z.object({ size: size.exactOptional(), mode: fileMode.exactOptional() });
  const parsed = shape.safeParse(Object.fromEntries(values));
  if (!parsed.success) return undefined;
  const others = options.filter((option) => !/^(size|mode)=/.test(option) && option !== '');
  return { ...parsed.data, ...(others.length > 0 && { options: others.map(asPair) }) };
}

function splitOption(option: string): [string, string | undefined] {
  const [name = '', value] = option.split('=');
  return [name, value];
}

/** The Engine takes a flag as a list of one and a setting as a list of two. */
function asPair(option: string): string[] {
  const [name, value] = splitOption(option);
  return value === undefined ? [name] : [name, value];
}
