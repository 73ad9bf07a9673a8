import { isAbsolute, resolve, win32 } from 'node:path';
import type { ComposeMount, ComposeService } from '../spec/compose.ts';
import type { Path } from '../spec/diagnostic.ts';
import type { UnitSpec } from '../spec/spec-set.ts';
import type { Mount } from '../swarm/types.ts';
import { innerLabels } from './labels.ts';
import { objectName } from './names.ts';
import { omitEmpty } from './omit-empty.ts';
import type { Scope } from './scope.ts';

/** The mounts of a service; its `tmpfs` is among them already. */
export function convertMounts(scope: Scope, key: string, service: ComposeService): Mount[] {
  return (service.volumes ?? []).map((mount) =>
    convertMount(scope, ['services', key, 'volumes', mount.target], mount),
  );
}

function convertMount(scope: Scope, path: Path, mount: ComposeMount): Mount {
  const common = omitEmpty<Mount>({
    Type: mount.type,
    Source: mount.source,
    Target: mount.target,
    ReadOnly: mount.read_only,
  });
  switch (mount.type) {
    case 'bind':
      return { ...common, ...bindFields(scope, path, mount) };
    case 'volume':
      return { ...common, ...volumeFields(scope.unit, mount) };
    case 'tmpfs':
      return { ...common, ...tmpfsFields(mount) };
    case 'cluster':
      return { ...common, ...clusterFields(scope.unit, mount) };
    default:
      return { ...common, ...bindOptions(mount) };
  }
}

function bindFields(scope: Scope, path: Path, mount: ComposeMount): Partial<Mount> {
  const source = mount.source ? { Source: hostPath(scope, path, mount.source) } : {};
  return { ...source, ...bindOptions(mount) };
}

/** `create_host_path` is not here: Swarm never makes the folder, and every Engine so far loses the option on the way. */
function bindOptions({ bind }: ComposeMount): Partial<Mount> {
  const nonRecursive = bind?.recursive === 'disabled';
  const options = omitEmpty<NonNullable<Mount['BindOptions']>>({
    // The Engine adds it to a non-recursive bind: said here, both sides agree.
    Propagation: bind?.propagation || (nonRecursive ? 'rprivate' : undefined),
    NonRecursive: nonRecursive,
  });
  return Object.keys(options).length > 0 ? { BindOptions: options } : {};
}

/** Paths of either world are left alone, as the Engine may run on the other. */
function hostPath(scope: Scope, path: Path, written: string): string {
  const source = written.startsWith('~') ? expandHome(scope, path, written) : written;
  if (isAbsolute(source) || win32.isAbsolute(source) || source.startsWith('~')) return source;
  return resolve(scope.unit.directory, source);
}

function expandHome(scope: Scope, path: Path, written: string): string {
  const home = scope.unit.variables['HOME'];
  if (home !== undefined) return written.replace('~', () => home);
  scope.error({
    path,
    code: 'no-home',
    message: `"${written}" begins with "~", but Skep has no variable HOME`,
    remedy: 'write the absolute path, or set HOME where Skep runs',
  });
  return written;
}

function volumeFields(unit: UnitSpec, { source, volume }: ComposeMount): Partial<Mount> {
  if (!source) return {};
  const declared = unit.compose.volumes[source];
  return {
    Source: objectName(unit, source, declared),
    VolumeOptions: omitEmpty<NonNullable<Mount['VolumeOptions']>>({
      NoCopy: volume?.nocopy,
      Subpath: volume?.subpath,
      ...(!declared?.external && {
        Labels: innerLabels(unit, { ...declared?.labels, ...volume?.labels }),
        DriverConfig: omitEmpty<DriverConfig>({
          Name: declared?.driver,
          Options: declared?.driver_opts,
        }),
      }),
    }),
  };
}

type DriverConfig = NonNullable<NonNullable<Mount['VolumeOptions']>['DriverConfig']>;

function tmpfsFields({ tmpfs }: ComposeMount): Partial<Mount> {
  if (!tmpfs) return {};
  const { size, mode, options } = tmpfs;
  return { TmpfsOptions: omitEmpty({ SizeBytes: size, Mode: mode, Options: options }) };
}

/** A group of cluster volumes (`group:…`) is nobody's own, so its name stays as it is. */
function clusterFields(unit: UnitSpec, { source = '' }: ComposeMount): Partial<Mount> {
  const grouped = source.startsWith('group:');
  const name = grouped ? source : objectName(unit, source, unit.compose.volumes[source]);
  return { Source: name, ClusterOptions: {} };
}
