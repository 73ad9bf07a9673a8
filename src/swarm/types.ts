/**
 * The parts of the Engine API's objects that Skep reads and writes, spelled as the Engine spells them (its `Healthcheck`
 * is not the documentation's `HealthCheck`). Unknown fields pass through untouched, since updates are patches of clones.
 * https://docs.docker.com/reference/api/engine/
 */
export type Labels = Record<string, string>;
export type Version = { Index: number };

export type ServiceSpec = {
  Name: string;
  Labels?: Labels;
  TaskTemplate: TaskSpec;
  Mode?: ServiceMode;
  UpdateConfig?: UpdateConfig;
  RollbackConfig?: UpdateConfig;
  EndpointSpec?: EndpointSpec;
  /** Legacy place of the networks. */
  Networks?: NetworkAttachment[];
};

export type ServiceMode = {
  Replicated?: { Replicas?: number };
  Global?: Record<string, never>;
  ReplicatedJob?: { MaxConcurrent?: number; TotalCompletions?: number };
  GlobalJob?: Record<string, never>;
};

export type TaskSpec = {
  ContainerSpec?: ContainerSpec;
  Resources?: { Limits?: Resources; Reservations?: Resources };
  RestartPolicy?: RestartPolicy;
  Placement?: Placement;
  Networks?: NetworkAttachment[];
  LogDriver?: { Name?: string; Options?: Record<string, string> };
  ForceUpdate?: number;
  Runtime?: string;
};

export type ContainerSpec = {
  Image?: string;
  Labels?: Labels;
  Command?: string[];
  Args?: string[];
  Hostname?: string;
  Env?: string[];
  Dir?: string;
  User?: string;
  Groups?: string[];
  StopSignal?: string;
  TTY?: boolean;
  OpenStdin?: boolean;
  ReadOnly?: boolean;
  Mounts?: Mount[];
  StopGracePeriod?: number;
  Healthcheck?: Healthcheck;
  Hosts?: string[];
  DNSConfig?: { Nameservers?: string[]; Search?: string[]; Options?: string[] };
  Secrets?: SecretReference[];
  Configs?: ConfigReference[];
  Privileges?: Record<string, unknown>;
  Isolation?: string;
  Init?: boolean | null;
  Sysctls?: Record<string, string>;
  CapabilityAdd?: string[];
  CapabilityDrop?: string[];
  Ulimits?: { Name: string; Hard: number; Soft: number }[];
  OomScoreAdj?: number;
};

export type FileTarget = { Name: string; UID: string; GID: string; Mode: number };
export type SecretReference = { File?: FileTarget; SecretID: string; SecretName: string };
export type ConfigReference = {
  File?: FileTarget;
  Runtime?: Record<string, never>;
  ConfigID: string;
  ConfigName: string;
};

export type Healthcheck = {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
};

export type Mount = {
  Type?: string;
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: { Propagation?: string; NonRecursive?: boolean; CreateMountpoint?: boolean };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Labels;
    DriverConfig?: { Name?: string; Options?: Record<string, string> };
    Subpath?: string;
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number; Options?: string[][] };
  ClusterOptions?: Record<string, never>;
};

export type Resources = {
  NanoCPUs?: number;
  MemoryBytes?: number;
  Pids?: number;
  GenericResources?: GenericResource[];
};

export type GenericResource = {
  NamedResourceSpec?: { Kind: string; Value: string };
  DiscreteResourceSpec?: { Kind: string; Value: number };
};

export type RestartPolicy = {
  Condition?: string;
  Delay?: number;
  MaxAttempts?: number;
  Window?: number;
};

export type Placement = {
  Constraints?: string[];
  Preferences?: { Spread?: { SpreadDescriptor: string } }[];
  MaxReplicas?: number;
  Platforms?: { Architecture?: string; OS?: string }[];
};

export type NetworkAttachment = {
  Target: string;
  Aliases?: string[];
  DriverOpts?: Record<string, string>;
};

export type UpdateConfig = {
  Parallelism: number;
  Delay?: number;
  FailureAction?: string;
  Monitor?: number;
  MaxFailureRatio?: number;
  Order?: string;
};

export type EndpointSpec = { Mode?: string; Ports?: PortConfig[] };

export type PortConfig = {
  Name?: string;
  Protocol?: string;
  TargetPort: number;
  PublishedPort?: number;
  PublishMode?: string;
};

export type Service = {
  ID: string;
  Version: Version;
  CreatedAt: string;
  UpdatedAt: string;
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  Endpoint?: { Ports?: PortConfig[] };
  UpdateStatus?: {
    State?: string;
    StartedAt?: string;
    CompletedAt?: string;
    Message?: string;
  } | null;
  ServiceStatus?: { RunningTasks: number; DesiredTasks: number; CompletedTasks?: number };
  /** Of jobs only: every update starts another iteration. */
  JobStatus?: { JobIteration: Version; LastExecution?: string };
};

export type Task = {
  ID: string;
  Version: Version;
  CreatedAt: string;
  UpdatedAt: string;
  ServiceID?: string;
  NodeID?: string;
  Slot?: number;
  Spec: TaskSpec;
  Status: {
    Timestamp?: string;
    State: string;
    Message?: string;
    Err?: string;
    ContainerStatus?: { ContainerID?: string; ExitCode?: number };
  };
  DesiredState: string;
  JobIteration?: Version;
  NetworksAttachments?: { Network: { ID: string }; Addresses?: string[] }[];
};

export type NodeSpec = {
  Name?: string;
  Labels?: Labels;
  Role: 'worker' | 'manager';
  Availability: 'active' | 'pause' | 'drain';
};

export type SwarmNode = {
  ID: string;
  Version: Version;
  CreatedAt: string;
  UpdatedAt: string;
  Spec: NodeSpec;
  Description: {
    Hostname: string;
    Platform?: { Architecture?: string; OS?: string };
    Engine?: { EngineVersion?: string; Labels?: Labels };
    TLSInfo?: TlsInfo;
  };
  Status: { State: string; Message?: string; Addr?: string };
  ManagerStatus?: { Leader?: boolean; Reachability?: string; Addr?: string };
};

export type IpamConfig = {
  Subnet?: string;
  Gateway?: string;
  IPRange?: string;
  AuxiliaryAddresses?: Record<string, string>;
};

export type NetworkCreate = {
  Name: string;
  Driver?: string;
  Scope?: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  EnableIPv6?: boolean;
  Labels?: Labels;
  Options?: Record<string, string>;
  IPAM?: { Driver?: string; Options?: Record<string, string>; Config?: IpamConfig[] };
};

/** As `GET /networks` lists it. */
export type Network = {
  Id: string;
  Name: string;
  Created: string;
  Scope: string;
  /** Empty until the leader's allocator has served the network. */
  Driver: string;
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  EnableIPv6?: boolean;
  Labels: Labels | null;
  Options: Record<string, string> | null;
  IPAM: {
    Driver: string;
    Options?: Record<string, string> | null;
    Config?: IpamConfig[] | null;
  };
  Containers?: Record<string, unknown> | null;
};

export type ConfigSpec = {
  Name: string;
  Labels?: Labels;
  /** Base64, the standard alphabet. Configs are read back with it, secrets never. */
  Data?: string;
  Templating?: { Name: string; Options?: Record<string, string> };
};
export type SecretSpec = ConfigSpec & {
  Driver?: { Name: string; Options?: Record<string, string> };
};

export type Config = {
  ID: string;
  Version: Version;
  CreatedAt: string;
  UpdatedAt: string;
  Spec: ConfigSpec;
};
export type Secret = {
  ID: string;
  Version: Version;
  CreatedAt: string;
  UpdatedAt: string;
  Spec: SecretSpec;
};

export type ExternalCa = {
  Protocol?: string;
  URL?: string;
  Options?: Record<string, string> | null;
  /** PEM; the Swarm's root when empty. */
  CACert?: string;
};

/** `TrustRoot` is PEM; of a Swarm whose root is being renewed it is the old one, and the issuer the new one. */
export type TlsInfo = {
  TrustRoot?: string;
  CertIssuerSubject?: string;
  CertIssuerPublicKey?: string;
};

export type SwarmSpec = {
  Name?: string;
  Labels?: Labels;
  Orchestration?: { TaskHistoryRetentionLimit?: number };
  Raft?: {
    SnapshotInterval?: number;
    KeepOldSnapshots?: number;
    LogEntriesForSlowFollowers?: number;
    ElectionTick?: number;
    HeartbeatTick?: number;
  };
  Dispatcher?: { HeartbeatPeriod?: number };
  CAConfig?: { NodeCertExpiry?: number; ForceRotate?: number; ExternalCAs?: ExternalCa[] | null };
  TaskDefaults?: Record<string, unknown>;
  EncryptionConfig?: { AutoLockManagers?: boolean };
};

export type Swarm = {
  ID: string;
  Version: Version;
  CreatedAt: string;
  UpdatedAt: string;
  Spec: SwarmSpec;
  TLSInfo?: TlsInfo;
  RootRotationInProgress?: boolean;
  JoinTokens: { Worker: string; Manager: string };
  DefaultAddrPool?: string[] | null;
  SubnetSize?: number;
  DataPathPort?: number;
};

/** One line of `GET /events`. */
export type EngineEvent = {
  Type: string;
  Action: string;
  scope?: string;
  Actor: { ID: string; Attributes?: Record<string, string> };
  timeNano?: number;
};
