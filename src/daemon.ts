import type { Logger } from 'pino';
import type { Clock } from './reconcile/clock.ts';
import type { Operator } from './reconcile/operator.ts';

export type DaemonSettings = {
  /** As DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  host: string;
  /** The directory of files. */
  desired: string;
  /** Where `skep.db` is kept. */
  data: string;
  /** `address:port`. */
  listen: string;
  tokens: string[];
  /** Variables that files may use. */
  environment: Record<string, string>;
  profiles: string[];
  resyncMs: number;
  rolloutTimeoutMs: number;
  workers: number;
  writesAtOnce: number;
  stopGraceMs: number;
};

export type DaemonParts = { log: Logger; clock: Clock; random: () => number; version: string };

export type Daemon = {
  /** Where HTTP listens. */
  url: string;
  operator: Operator;
  /** Ends intake, lets writes under way end, then closes everything. */
  stop(reason: string): Promise<void>;
};
