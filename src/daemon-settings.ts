import type { Auth } from './http/auth.ts';
import type { Tls } from './swarm/parse-host.ts';
import type { ResolveImage } from './reconcile/image-digests.ts';

/** What `startDaemon` has to be told. Times in ms. */
export type DaemonSettings = {
  /** As DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  host: string;
  tls?: Tls;
  /** Time limit of each call of the Engine, which itself gives up on its leader after 20 s. */
  engineTimeoutMs: number;
  /** The directory of files. */
  desired: string;
  /** Variables that files may use. */
  environment: Record<string, string>;
  profiles: string[];
  /** Where `skep.db` is kept. */
  data: string;
  /** The docker `config.json` with the registries' credentials. */
  registryConfig: string;
  /** When tags are pinned to digests, which asks their registries. */
  resolveImage: ResolveImage;
  /** How many former versions of a config or secret are kept. */
  keepVersions: number;
  /** `observe`: look, plan, record drift, and write nothing. */
  mode: 'apply' | 'observe';
  /** With it, one of several Skeps writes at a time; see lease/. Without it this one always does. */
  leaseMs?: number;
  /** `address:port`. */
  listen: string;
  /** Who may call the API; null asks for no credentials, which only loopback may do. */
  auth: Auth;
  /** How often everything is read and compared even when nothing seemed to happen. */
  resyncMs: number;
  /** How often the files are read even when no change was noticed. */
  rescanMs: number;
  rolloutTimeoutMs: number;
  workers: number;
  writesAtOnce: number;
  stopGraceMs: number;
  /** Runs are kept so long, and so many of each unit. */
  historyAgeMs: number;
  historyRuns: number;
};
