/** What the four keys of the cluster files say, checked. Durations are nanoseconds. */
export type ClusterDocument = {
  cluster?: ClusterSettings;
  tokens?: Partial<Record<TokenRole, TokenSchedule>>;
  /** By hostname (or node ID). */
  nodes?: Record<string, NodeSettings>;
};

export type TokenRole = 'worker' | 'manager';

export type ClusterSettings = {
  task_history_limit?: number;
  snapshot_interval?: number;
  keep_old_snapshots?: number;
  log_entries_for_slow_followers?: number;
  dispatcher_heartbeat?: number;
  node_cert_expiry?: number;
  autolock?: boolean;
  labels?: Record<string, string>;
};

export type TokenSchedule = {
  /** A cron expression of five fields. */
  rotate: string;
  /** An IANA name; UTC when absent. */
  timezone?: string;
  /** `once` (default): a slot missed while Skep was down runs once at start. */
  catch_up?: 'once' | 'skip';
  /** Where a new token goes. Read, but not done yet. */
  deliver?: { file?: string; webhook?: string }[];
};

export type NodeSettings = {
  role?: 'worker' | 'manager';
  availability?: 'active' | 'pause' | 'drain';
  labels?: Record<string, string>;
};
