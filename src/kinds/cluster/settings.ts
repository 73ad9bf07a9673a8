import { isDeepStrictEqual } from 'node:util';
import type { DesiredSettings } from '../../desired/desired.ts';
import type { Change } from '../../plan/action.ts';
import type { SwarmSpec } from '../../swarm/types.ts';
import { differences } from '../differences.ts';
import { durationText } from '../duration-text.ts';
import { setAt, valueAt } from '../service/spec-path.ts';
import { externalCas } from './external-cas.ts';

export type Setting = {
  path: keyof DesiredSettings;
  /** As it is compared and shown. */
  read: (spec: SwarmSpec) => unknown;
  write: (spec: SwarmSpec, value: unknown) => void;
  /** Paths whose values are not shown. */
  sensitive?: RegExp;
};

function setting(path: Setting['path'], at: readonly string[], zero: number | boolean): Setting {
  return {
    path,
    read: (spec) => valueAt(spec, at) ?? zero,
    write: (spec, value) => setAt(spec, at, value),
  };
}

function duration(path: Setting['path'], at: readonly string[]): Setting {
  return {
    path,
    read: (spec) => durationText(Number(valueAt(spec, at) ?? 0)),
    write: (spec, value) => setAt(spec, at, value),
  };
}

const settings: readonly Setting[] = [
  setting('task_history_limit', ['Orchestration', 'TaskHistoryRetentionLimit'], 0),
  setting('snapshot_interval', ['Raft', 'SnapshotInterval'], 0),
  setting('keep_old_snapshots', ['Raft', 'KeepOldSnapshots'], 0),
  setting('log_entries_for_slow_followers', ['Raft', 'LogEntriesForSlowFollowers'], 0),
  duration('dispatcher_heartbeat', ['Dispatcher', 'HeartbeatPeriod']),
  duration('node_cert_expiry', ['CAConfig', 'NodeCertExpiry']),
  setting('autolock', ['EncryptionConfig', 'AutoLockManagers'], false),
  externalCas,
];

/** Writes what the files declare into a spec, where it differs. */
export function writeSettings(spec: SwarmSpec, declared: DesiredSettings): void {
  for (const { path, read, write } of settings) {
    if (declared[path] === undefined) continue;
    const next = structuredClone(spec);
    write(next, declared[path]);
    if (!isDeepStrictEqual(read(spec), read(next))) write(spec, declared[path]);
  }
}

export function changedSettings(from: SwarmSpec, to: SwarmSpec): Change[] {
  return settings.flatMap(({ path, read, sensitive }) =>
    differences(path, read(from), read(to), sensitive),
  );
}
