/**
 * A Compose document after checking, interpolation, `extends`, `include` and merging: every short form is in its long
 * form, durations are nanoseconds, sizes are bytes, maps that may be lists are maps. What is absent in the files is
 * absent here: defaults belong to the conversion.
 */
export type Compose = {
  name?: string;
  services: Record<string, ComposeService>;
  networks: Record<string, ComposeNetwork>;
  volumes: Record<string, ComposeVolume>;
  configs: Record<string, ComposeObject>;
  secrets: Record<string, ComposeObject>;
};

export type ComposeService = {
  image?: string;
  command?: string[];
  entrypoint?: string[];
  /** `null`: named without a value, to be taken from the unit's environment. `env_file` is folded in already. */
  environment?: Record<string, string | null>;
  labels?: Record<string, string>;
  networks?: Record<string, ComposeServiceNetwork>;
  ports?: ComposePort[];
  volumes?: ComposeMount[];
  configs?: ComposeReference[];
  secrets?: ComposeReference[];
  healthcheck?: ComposeHealthcheck;
  deploy?: ComposeDeploy;
  /** Service-level `restart:`; honoured when `deploy.restart_policy` is absent. */
  restart?: string;
  depends_on?: Record<string, { condition: DependencyCondition; required?: boolean }>;
  stop_grace_period?: number;
  stop_signal?: string;
  user?: string;
  group_add?: string[];
  working_dir?: string;
  hostname?: string;
  domainname?: string;
  init?: boolean;
  read_only?: boolean;
  tty?: boolean;
  stdin_open?: boolean;
  isolation?: string;
  logging?: { driver?: string; options?: Record<string, string> };
  dns?: string[];
  dns_search?: string[];
  dns_opt?: string[];
  /** Engine form, `IP host`. */
  extra_hosts?: string[];
  cap_add?: string[];
  cap_drop?: string[];
  sysctls?: Record<string, string>;
  ulimits?: Record<string, { soft: number; hard: number }>;
  tmpfs?: string[];
  oom_score_adj?: number;
  credential_spec?: { config?: string; file?: string; registry?: string };
  'x-skep'?: SkepOptions;
};

export type DependencyCondition =
  'service_started' | 'service_healthy' | 'service_completed_successfully';

export type ComposeServiceNetwork = {
  aliases?: string[];
  driver_opts?: Record<string, string>;
};

export type ComposePort = {
  target: number;
  /** Absent: the Swarm chooses one. */
  published?: number;
  protocol: string;
  mode: string;
};

export type ComposeMount = {
  type: string;
  source?: string;
  target: string;
  read_only?: boolean;
  consistency?: string;
  bind?: { propagation?: string; create_host_path?: boolean; recursive?: string };
  volume?: { nocopy?: boolean; subpath?: string; labels?: Record<string, string> };
  tmpfs?: { size?: number; mode?: number; options?: string[][] };
  cluster?: Record<string, unknown>;
};

export type ComposeReference = {
  source: string;
  target?: string;
  uid?: string;
  gid?: string;
  mode?: number;
};

export type ComposeHealthcheck = {
  /** As the Engine takes it: `["CMD", …]`, `["CMD-SHELL", …]` or `["NONE"]`. */
  test?: string[];
  disable?: boolean;
  interval?: number;
  timeout?: number;
  start_period?: number;
  start_interval?: number;
  retries?: number;
};

export type ComposeDeploy = {
  mode?: string;
  replicas?: number;
  labels?: Record<string, string>;
  endpoint_mode?: string;
  placement?: {
    constraints?: string[];
    preferences?: { spread: string }[];
    max_replicas_per_node?: number;
  };
  resources?: { limits?: ComposeResources; reservations?: ComposeResources };
  restart_policy?: {
    condition?: string;
    delay?: number;
    max_attempts?: number;
    window?: number;
  };
  update_config?: ComposeUpdateConfig;
  rollback_config?: ComposeUpdateConfig;
};

export type ComposeResources = {
  /** In billionths of a processor. */
  cpus?: number;
  /** In bytes. */
  memory?: number;
  pids?: number;
  generic_resources?: { kind: string; value: number | string }[];
};

export type ComposeUpdateConfig = {
  parallelism?: number;
  delay?: number;
  failure_action?: string;
  monitor?: number;
  max_failure_ratio?: number;
  order?: string;
};

export type ComposeNetwork = {
  name?: string;
  external?: boolean;
  driver?: string;
  driver_opts?: Record<string, string>;
  attachable?: boolean;
  internal?: boolean;
  enable_ipv6?: boolean;
  labels?: Record<string, string>;
  ipam?: {
    driver?: string;
    options?: Record<string, string>;
    config?: {
      subnet?: string;
      gateway?: string;
      ip_range?: string;
      aux_addresses?: Record<string, string>;
    }[];
  };
  'x-skep'?: SkepOptions;
};

export type ComposeVolume = {
  name?: string;
  external?: boolean;
  driver?: string;
  driver_opts?: Record<string, string>;
  labels?: Record<string, string>;
};

/** A config or a secret. */
export type ComposeObject = {
  name?: string;
  external?: boolean;
  /** As written; its bytes are in the unit's side files under this text. */
  file?: string;
  content?: string;
  environment?: string;
  driver?: string;
  driver_opts?: Record<string, string>;
  template_driver?: string;
  labels?: Record<string, string>;
};

/** Our own options, below `x-skep`, of a service, a network or a whole file. */
export type SkepOptions = {
  /** Fields another controller owns: `replicas`, `image`, `labels.<key>`, `env.<NAME>` or a path of the Engine's spec. */
  ignore?: string[];
  suspend?: boolean;
  prune?: boolean;
  replace?: boolean;
  /** How long a rollout may go without progress, in nanoseconds. */
  timeout?: number;
};
