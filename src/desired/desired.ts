import type {
  ClusterSettings,
  NodeSettings,
  RotationSubject,
  TokenSettings,
} from '../spec/cluster.ts';
import type { SkepOptions } from '../spec/compose.ts';
import type { Diagnostic, Place } from '../spec/diagnostic.ts';
import type { ConfigSpec, NetworkCreate, SecretSpec, ServiceSpec } from '../swarm/types.ts';

export type KindName =
  'cluster' | 'node' | 'token' | 'network' | 'config' | 'secret' | 'service';

type Base = { unit: string; name: string; options: SkepOptions; place?: Place };

export type DesiredCluster = Base & { kind: 'cluster'; settings: DesiredSettings };
export type DesiredSettings = Omit<ClusterSettings, 'external_cas'> & {
  external_cas?: DesiredExternalCa[];
};
/** `certificate`: PEM of the root that it signs for; the Swarm's own when absent. */
export type DesiredExternalCa = {
  url: string;
  certificate?: string;
  options: Record<string, string>;
};
/**
 * `name` is an entry's, and of what the plan makes of the entries (`expandNodes`) the hostname or ID of one live node; then
 * `called` is the hostname by which files mean it, and `conflict` what they say that cannot all be true.
 */
export type DesiredNode = Base & {
  kind: 'node';
  settings: NodeSettings;
  called?: string;
  conflict?: string;
};
/** A join token, or the key that unlocks managers. */
export type DesiredToken = Base & {
  kind: 'token';
  name: RotationSubject;
  schedule: TokenSettings;
};
export type DesiredNetwork = Base & { kind: 'network'; spec: NetworkCreate };

/**
 * `name` is the name in Swarm. When `base` is there, the content is in the name (`<base>-<12 hex>`) and versions of one
 * base belong together; without it the user fixed the name.
 */
export type DesiredConfig = Base & {
  kind: 'config';
  base?: string;
  /** The name its content would have given it, when the plan uses a live object under its plain name instead. */
  version?: string;
  spec: ConfigSpec;
};
export type DesiredSecret = Omit<DesiredConfig, 'kind' | 'spec'> & {
  kind: 'secret';
  spec: SecretSpec;
};

/**
 * The spec as `docker stack deploy` would send it, but that networks, configs and secrets are referred to by name where
 * the Engine wants IDs: `Networks[].Target`, and `SecretID`/`ConfigID` are empty.
 */
export type DesiredService = Base & {
  kind: 'service';
  spec: ServiceSpec;
  /** Names of the unit's services (in Swarm) that must have converged before this one is written. */
  after: { name: string; condition: string }[];
  /** Hash of the spec as the files have it, when the plan has put names of adopted objects in. */
  hash?: string;
};

export type DesiredObject =
  | DesiredCluster
  | DesiredNode
  | DesiredToken
  | DesiredNetwork
  | DesiredConfig
  | DesiredSecret
  | DesiredService;

/** What one unit wants of the Swarm. */
export type DesiredUnit = {
  name: string;
  revision: string;
  options: SkepOptions;
  objects: DesiredObject[];
  /** Objects of these names must be there, made by somebody else or another unit. */
  external: { kind: 'network' | 'config' | 'secret'; name: string; place?: Place }[];
  diagnostics: Diagnostic[];
};
