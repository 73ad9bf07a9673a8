import { isDeepStrictEqual } from 'node:util';
import type { Mount, ServiceSpec } from '../../swarm/types.ts';
import { withoutEmpty } from './canonical.ts';
import { type Field, mergeList, setList } from './field.ts';

const at = ['TaskTemplate', 'ContainerSpec', 'Mounts'];

export const mounts: Field = {
  path: 'mounts',
  at,
  restarts: true,
  // A share's password is among them.
  sensitive: /\.driver_opts\./,
  read: (spec) =>
    Object.fromEntries(mountsOf(spec).map((mount) => [mount.Target, canonicalMount(mount)])),
  write(next, desired) {
    const same = (a: Mount, b: Mount) => isDeepStrictEqual(canonicalMount(a), canonicalMount(b));
    setList(
      next,
      at,
      mergeList(mountsOf(next), mountsOf(desired), (mount) => mount.Target, same),
    );
  },
};

function mountsOf(spec: ServiceSpec): Mount[] {
  return spec.TaskTemplate.ContainerSpec?.Mounts ?? [];
}

/**
 * `Consistency`, `CreateMountpoint` and the recursive read-only options never come back from the Engine: they are no
 * part of it. https://github.com/moby/moby/issues/36548
 */
function canonicalMount(mount: Mount): unknown {
  const type = mount.Type || 'bind';
  return {
    type,
    source: mount.Source ?? '',
    read_only: mount.ReadOnly ?? false,
    ...(type === 'bind' && {
      bind: {
        propagation: mount.BindOptions?.Propagation || 'rprivate',
        non_recursive: mount.BindOptions?.NonRecursive ?? false,
      },
    }),
    ...(type === 'volume' && { volume: canonicalVolume(mount.VolumeOptions) }),
    ...(type === 'tmpfs' && { tmpfs: canonicalTmpfs(mount.TmpfsOptions) }),
  };
}

function canonicalVolume(options: Mount['VolumeOptions']): unknown {
  return withoutEmpty({
    nocopy: options?.NoCopy,
    subpath: options?.Subpath,
    labels: { ...options?.Labels },
    driver: options?.DriverConfig?.Name,
    driver_opts: { ...options?.DriverConfig?.Options },
  });
}

function canonicalTmpfs(options: Mount['TmpfsOptions']): unknown {
  return withoutEmpty({ size: options?.SizeBytes, mode: options?.Mode, options: options?.Options });
}
