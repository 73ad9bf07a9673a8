import type { KindName } from '../desired/desired.ts';
import type { Rotation } from '../swarm/engine.ts';
import type {
  ConfigSpec,
  NetworkCreate,
  NodeSpec,
  SecretSpec,
  ServiceSpec,
  SwarmSpec,
} from '../swarm/types.ts';

/** One field that differs. Sensitive values (environment, secret data, tokens) are `sensitiveValue` on both sides. */
export type Change = { path: string; from: unknown; to: unknown };
export const sensitiveValue = '(sensitive)';

/**
 * One Engine call as data. `version` is the optimistic lock read with the object. Service specs still hold names where
 * the Engine wants IDs of networks, configs and secrets that may be made in the same pass; they are put in when sent.
 */
export type Write =
  | { call: 'service.create'; spec: ServiceSpec }
  | { call: 'service.update'; id: string; version: number; spec: ServiceSpec }
  | { call: 'service.remove'; id: string }
  | { call: 'network.create'; spec: NetworkCreate }
  | { call: 'network.remove'; id: string }
  | { call: 'config.create'; spec: ConfigSpec }
  | { call: 'config.update'; id: string; version: number; spec: ConfigSpec }
  | { call: 'config.remove'; id: string }
  | { call: 'secret.create'; spec: SecretSpec }
  | { call: 'secret.update'; id: string; version: number; spec: SecretSpec }
  | { call: 'secret.remove'; id: string }
  | { call: 'node.update'; id: string; version: number; spec: NodeSpec }
  /** Only sent while the node is down and still has this version. */
  | { call: 'node.remove'; id: string; version: number }
  | { call: 'swarm.update'; version: number; spec: SwarmSpec; rotate?: Rotation };

/** Whether it gives out a new token. */
export function rotates({ writes }: Pick<Action, 'writes'>): boolean {
  return writes.some((write) => write.call === 'swarm.update' && write.rotate !== undefined);
}

export type Action = {
  unit: string;
  kind: KindName;
  name: string;
  action: 'create' | 'update' | 'replace' | 'delete' | 'blocked';
  /** Whether tasks are replaced. */
  restarts: boolean;
  /** One sentence for a person: why, or for `blocked` what is in the way and what to do. */
  reason: string;
  changes: Change[];
  /** Absent when blocked. `replace` sends its writes in order, each after the object before is really gone. */
  writes: Write[];
  /** Type of the condition a blocked action is shown as, for example `PruneRefused`. */
  condition?: string;
  /** Due by the clock: what differs is nobody's change. */
  scheduled?: boolean;
  /** Blocked, but time alone may cure it: look again, rather than wait for another file. */
  waiting?: boolean;
  /**
   * A step towards the wish (a service is detached, or stays so, while its network is replaced): what is live for a
   * while is neither drift nor what Swarm may have refused.
   */
  interim?: boolean;
  /** Blocked, and it says nothing about the rest of its unit, where all goes on: what goes is removed, drift is recorded. */
  aside?: boolean;
};
