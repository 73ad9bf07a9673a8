import type { ClusterSettings } from '../../spec/cluster.ts';
import type { SwarmSpec } from '../../swarm/types.ts';
import { durationText } from '../duration-text.ts';
import { setAt, valueAt } from '../service/spec-path.ts';

export type Setting = {
  path: Exclude<keyof ClusterSettings, 'labels'>;
  at: readonly string[];
  read(spec: SwarmSpec): unknown;
};

function setting(path: Setting['path'], at: readonly string[], zero: number | boolean): Setting {
  return { path, at, read: (spec) => valueAt(spec, at) ?? zero };
}

function duration(path: Setting['path'], at: readonly string[]): Setting {
  return { path, at, read: (spec) => durationText(Number(valueAt(spec, at) ?? 0)) };
}

const settings: readonly Setting[] = [
  setting('task_history_limit', ['Orchestration', 'TaskHistoryRetentionLimit'], 0),
  setting('snapshot_interval', ['Raft', 'SnapshotInterval'], 0),
  setting('keep_old_snapshots', ['Raft', 'KeepOldSnapshots'], 0),
  setting('log_entries_for_slow_followers', ['Raft', 'LogEntriesForSlowFollowers'], 0),
  duration('dispatcher_heartbeat', ['Dispatcher', 'HeartbeatPeriod']),
  duration('node_cert_expiry', ['CAConfig', 'NodeCertExpiry']),
  setting('autolock', ['EncryptionConfig', 'AutoLockManagers'], false),
];

/** The settings that the files declare, with their values. */
export function declaredSettings(
  declared: ClusterSettings,
): { setting: Setting; value: unknown }[] {
  return settings.flatMap((setting) => {
    const value = declared[setting.path];
    return value === undefined ? [] : [{ setting, value }];
  });
}

export function writeSetting(spec: SwarmSpec, setting: Setting, value: unknown): void {
  setAt(spec, setting.at, value);
}
