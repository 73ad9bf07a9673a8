import type {
  Config,
  ConfigSpec,
  EngineEvent,
  Network,
  NetworkCreate,
  NodeSpec,
  Secret,
  SecretSpec,
  Service,
  ServiceSpec,
  Swarm,
  SwarmNode,
  SwarmSpec,
  Task,
} from './types.ts';

/** What Skep asks of an Engine. Every call ends within its time limit; failures are `EngineError`s (errors.ts). */
export type Engine = {
  /** After negotiation. */
  readonly apiVersion: string;
  readonly engineVersion: string;
  ping(): Promise<void>;
  swarm(): Promise<Swarm>;
  /** What unlocks a manager that was restarted; empty while autolock is off. A secret: for comparison and delivery only. */
  unlockKey(): Promise<string>;
  /** `LocalNodeState`, `ControlAvailable` and `Error` of this Engine's own node, from `GET /info`. */
  self(): Promise<{ nodeId: string; state: string; manager: boolean; error: string }>;
  nodes(): Promise<SwarmNode[]>;
  node(id: string): Promise<SwarmNode>;
  services(): Promise<Service[]>;
  /** Of the whole Swarm, unfiltered: a filter by a removed service answers 404. */
  tasks(): Promise<Task[]>;
  /** Of scope swarm only. Believe it only between two strict reads (snapshot.ts). */
  networks(): Promise<Network[]>;
  network(id: string): Promise<Network>;
  configs(): Promise<Config[]>;
  /** By ID or name. */
  config(id: string): Promise<Config>;
  secrets(): Promise<Secret[]>;

  createService(spec: ServiceSpec, options?: RegistryAuth): Promise<string>;
  updateService(
    id: string,
    version: number,
    spec: ServiceSpec,
    options?: RegistryAuth,
  ): Promise<void>;
  removeService(id: string): Promise<void>;
  createNetwork(spec: NetworkCreate): Promise<string>;
  removeNetwork(id: string): Promise<void>;
  createConfig(spec: ConfigSpec): Promise<string>;
  updateConfig(id: string, version: number, spec: ConfigSpec): Promise<void>;
  removeConfig(id: string): Promise<void>;
  createSecret(spec: SecretSpec): Promise<string>;
  updateSecret(id: string, version: number, spec: SecretSpec): Promise<void>;
  removeSecret(id: string): Promise<void>;
  updateNode(id: string, version: number, spec: NodeSpec): Promise<void>;
  removeNode(id: string, options?: { force?: boolean }): Promise<void>;
  updateSwarm(version: number, spec: SwarmSpec, rotate?: Rotation): Promise<void>;
  /** The digest and platforms of an image, asked through the Engine of its registry. */
  distribution(image: string, options?: RegistryAuth): Promise<Distribution>;
  /** Swarm-scope events until the stream breaks or the signal aborts; the caller connects again. */
  events(signal: AbortSignal): AsyncIterable<EngineEvent>;
  close(): void;
};

/** `registryAuth`: the value of X-Registry-Auth (base64url of JSON). Never logged. */
export type RegistryAuth = { registryAuth?: string };
export type Rotation = { worker?: boolean; manager?: boolean; unlockKey?: boolean };
export type Distribution = {
  digest: string;
  platforms: { Architecture: string; OS: string }[];
};
