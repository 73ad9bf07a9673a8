import type { ComposeMount, ComposePort, ComposeReference, ComposeService } from '../compose.ts';
import type { Path } from '../diagnostic.ts';
import { foldShortForms } from './fold-short-forms.ts';
import type { Notes } from './notes.ts';
import { portKey } from './ports.ts';
import { asksForUnknown } from './placement.ts';
import type { ServiceInput } from './service.ts';
import { unsupportedNetworkKeys, unsupportedServiceKeys } from './unsupported-keys.ts';
import { warnUnsupported } from './warn-unsupported.ts';

/** The service in long form. What is odd about it, but for its shape, is noted. */
export function toService(input: ServiceInput, path: Path, notes: Notes): ComposeService {
  const { ports, volumes, tmpfs, networks, configs, secrets, extra_hosts, ...rest } = input;
  warnUnsupported(input, unsupportedServiceKeys, path, notes);
  checkConstraints(input, path, notes);
  const mounts = [...toMounts(volumes, path, notes), ...toTmpfsMounts(tmpfs, path, notes)];
  refuseTwice(mounts, ({ at }) => at.target, 'is mounted over by another entry', notes);
  return {
    ...plainKeys(rest),
    ...foldShortForms(input, path, notes),
    ...(ports && { ports: toPorts(ports, path, notes) }),
    ...(mounts.length + (volumes?.length ?? 0) > 0 && { volumes: mounts.map(({ at }) => at) }),
    ...(networks && { networks: toNetworks(networks, path, notes) }),
    ...(extra_hosts && { extra_hosts: toHosts(extra_hosts, path, notes) }),
    ...(configs && { configs: toReferences(configs, [...path, 'configs'], notes) }),
    ...(secrets && { secrets: toReferences(secrets, [...path, 'secrets'], notes) }),
  };
}

type Input<Key extends keyof ServiceInput> = NonNullable<ServiceInput[Key]>;

/** What is the same in both forms. */
function plainKeys(input: Partial<ServiceInput>): ComposeService {
  const {
    env_file: _envFile,
    label_file: _labelFile,
    extends: _extends,
    profiles: _profiles,
    cpus: _cpus,
    mem_limit: _memLimit,
    mem_reservation: _memReservation,
    pids_limit: _pidsLimit,
    scale: _scale,
    volumes_from: _volumesFrom,
    ...same
  } = input;
  const kept = Object.entries(same).filter(([key]) => !Object.hasOwn(unsupportedServiceKeys, key));
  return Object.fromEntries(kept);
}

type Placed<Item> = { at: Item; written: Path };

function toPorts(entries: Input<'ports'>, path: Path, notes: Notes): ComposePort[] {
  const ports: Placed<ComposePort>[] = [];
  for (const [index, entry] of entries.entries()) {
    const written = [...path, 'ports', index];
    if (entry.hostIp !== undefined) {
      const message = 'names an address of the node, but Swarm listens on all of them';
      notes.warn(written, 'not-supported-by-swarm', message, 'Remove the address.');
    }
    for (const at of entry.ports) {
      ports.push({ at, written });
      notes.moved([...path, 'ports', portKey(at)], written);
    }
  }
  const published = ports.filter(({ at }) => at.published !== undefined);
  refuseTwice(published, ({ at }) => portKey(at), 'publishes a port a second time', notes);
  return ports.map(({ at }) => at);
}

function toMounts(
  entries: Input<'volumes'> | undefined,
  path: Path,
  notes: Notes,
): Placed<ComposeMount>[] {
  return (entries ?? []).map(({ mount, unknown }, index) => {
    const written = [...path, 'volumes', index];
    for (const option of unknown) {
      const isSelinux = option === 'z' || option === 'Z';
      const code = isSelinux ? 'not-supported-by-swarm' : 'unknown-option';
      notes.warn(written, code, `has the option "${option}", which is passed over`, 'Remove it.');
    }
    if (!isAbsolute(mount.target)) {
      const message = 'has a target that is no absolute path, so its tasks cannot start';
      notes.warn(written, 'relative-target', message, 'Begin it with "/".');
    }
    notes.moved([...path, 'volumes', mount.target], written);
    return { at: mount, written };
  });
}

/** On Linux or on Windows. */
function isAbsolute(path: string): boolean {
  return /^([/\\]|[a-z]:)/i.test(path);
}

function toTmpfsMounts(
  mounts: Input<'tmpfs'> | undefined,
  path: Path,
  notes: Notes,
): Placed<ComposeMount>[] {
  return (mounts ?? []).map((at, index) => {
    const written = [...path, 'tmpfs', index];
    notes.moved([...path, 'volumes', at.target], written);
    return { at, written };
  });
}

function toNetworks(
  networks: Input<'networks'>,
  path: Path,
  notes: Notes,
): NonNullable<ComposeService['networks']> {
  const entries = Object.entries(networks).map(([name, network], index) => {
    const at = [...path, 'networks', name];
    warnUnsupported(network, unsupportedNetworkKeys, at, notes);
    if (notes.locate(at) === undefined) notes.moved(at, [...path, 'networks', index]);
    const { aliases, driver_opts } = network;
    return [name, { ...(aliases && { aliases }), ...(driver_opts && { driver_opts }) }] as const;
  });
  return Object.fromEntries(entries);
}

function toHosts(lines: Input<'extra_hosts'>, path: Path, notes: Notes): string[] {
  for (const [index, line] of lines.entries()) {
    if (line !== undefined) continue;
    const message = 'names no address and is passed over';
    notes.warn([...path, 'extra_hosts', index], 'bad-host', message, 'Write "host:ip".');
  }
  return lines.filter((line) => line !== undefined);
}

function toReferences(
  references: ComposeReference[],
  path: Path,
  notes: Notes,
): ComposeReference[] {
  const placed = references.map((at, index) => ({ at, written: [...path, index] }));
  for (const { at, written } of placed) {
    notes.moved([...path, at.source], written);
    if (at.mode !== undefined && looksDecimal(at.mode)) {
      const message = 'has a mode that is read as decimal';
      notes.warn([...written, 'mode'], 'decimal-mode', message, `Write 0${at.mode} for octal.`);
    }
  }
  const message = 'has the same target as another entry';
  refuseTwice(placed, ({ at }) => at.target ?? at.source, message, notes);
  return references;
}

/** The usual permissions without their leading zero: in decimal they make some that nobody wants. */
function looksDecimal(mode: number): boolean {
  return /^(400|440|444|600|640|644|660|664|700|750|755|777)$/.test(String(mode));
}

function checkConstraints(input: ServiceInput, path: Path, notes: Notes): void {
  for (const [index, text] of (input.deploy?.placement?.constraints ?? []).entries()) {
    if (!asksForUnknown(text)) continue;
    const at = [...path, 'deploy', 'placement', 'constraints', index];
    const message = 'asks for something that no node has, so nothing is ever placed';
    notes.warn(at, 'unknown-constraint', message, 'Use node.role, node.labels.<key> and the like.');
  }
}

function refuseTwice<Item>(
  items: Placed<Item>[],
  key: (item: Placed<Item>) => string,
  message: string,
  notes: Notes,
): void {
  const seen = new Set<string>();
  for (const item of items) {
    const id = key(item);
    if (seen.has(id)) notes.error(item.written, 'duplicate', message, 'Remove one of the two.');
    seen.add(id);
  }
}
