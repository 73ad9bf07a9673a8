/** What the four keys of the cluster files say, checked. Durations are nanoseconds. */
export type ClusterDocument = {
  cluster?: ClusterSettings;
  tokens?: Partial<Record<TokenRole, TokenSettings>>;
  /** By hostname (with `*` and `?` for several) or node ID; or, with `match`, by any name. */
  nodes?: Record<string, NodeSettings>;
};

export type TokenRole = 'worker' | 'manager';

/** What is rotated, and delivered when it changes: a join token, or the key that unlocks managers. */
export type RotationSubject = TokenRole | 'unlock-key';

export type ClusterSettings = {
  task_history_limit?: number;
  snapshot_interval?: number;
  keep_old_snapshots?: number;
  log_entries_for_slow_followers?: number;
  dispatcher_heartbeat?: number;
  node_cert_expiry?: number;
  external_cas?: ExternalCa[];
  /** A generation: a higher number than the last one renews the root certificate once. */
  ca_rotation?: number;
  autolock?: boolean;
  unlock_key?: TokenSettings;
  /** Fixed when the Swarm was made, as the two after it: only compared. */
  default_addr_pool?: string[];
  subnet_size?: number;
  data_path_port?: number;
  labels?: Record<string, string>;
};

export type ExternalCa = {
  url: string;
  protocol?: 'cfssl';
  /** Path of a PEM file: the root certificate that it signs for. */
  ca_cert_file?: string;
  options?: Record<string, string>;
};

/** When something is rotated; never by itself when neither `rotate` nor `every` is there. */
export type Schedule = {
  /** A cron expression of five fields. */
  rotate?: string;
  /** Distance from the last rotation. */
  every?: number;
  /** An IANA name; UTC when absent. */
  timezone?: string;
  /** A slot is taken up to so much later. */
  jitter?: number;
  /** `once` (default): a slot missed while Skep was down runs once at start. */
  catch_up?: 'once' | 'skip';
};

export type TokenSettings = Schedule & { deliver?: Delivery[] };

/** Where a new token goes; exactly one of `file`, `webhook` and `secret`. */
export type Delivery = {
  file?: string;
  webhook?: string;
  /** Path of the file with the webhook's signing secret. */
  secret_file?: string;
  /** Name of a Swarm secret. */
  secret?: string;
};

export type NodeSettings = {
  match?: NodeMatch;
  role?: 'worker' | 'manager';
  availability?: 'active' | 'pause' | 'drain';
  labels?: Record<string, string>;
  maintenance?: Maintenance;
  remove_down_after?: number;
};

/** All that is given must fit. */
export type NodeMatch = {
  /** With `*` and `?`. */
  hostname?: string;
  engine_labels?: Record<string, string>;
  /** `linux` or `linux/arm64`. */
  platform?: string;
  /** A CIDR range. */
  address?: string;
};

export type Maintenance = {
  /** A cron expression of five fields. */
  cron: string;
  for: number;
  timezone?: string;
};
