import type { ClusterDocument } from './cluster.ts';
import type { Compose, SkepOptions } from './compose.ts';
import type { Diagnostic, Path, Place } from './diagnostic.ts';

/** The unit that all cluster files together make. No stack may take this name. */
export const clusterUnit = 'cluster';

/** One unit as its files say it: checked, interpolated and merged. */
export type UnitSpec = {
  name: string;
  kind: 'cluster' | 'stack';
  /** Relative to the desired directory, in merging order. */
  files: string[];
  /** Absolute; relative paths in the unit (binds, side files) resolve from here. */
  directory: string;
  compose: Compose;
  /** Only in the cluster's unit. */
  cluster: ClusterDocument;
  options: SkepOptions;
  /** Variables that interpolation saw; also fills environment entries without a value. Never printed. */
  variables: Readonly<Record<string, string>>;
  /** Bytes of the files that configs, secrets and external CAs name, by the text that names them. Decrypted when they were encrypted. */
  sideFiles: ReadonlyMap<string, Buffer>;
  /** SHA-256 over every file and variable that went in: another revision is another wish. */
  revision: string;
  /** Where a path of `compose` or `cluster` was written. */
  locate(path: Path): Place | undefined;
};

/** A unit whose files are there but wrong: its last good version stays, nothing of it is removed. */
export type BrokenUnit = { name: string; files: string[] };

export type SpecSet = {
  units: UnitSpec[];
  broken: BrokenUnit[];
  diagnostics: Diagnostic[];
  /** False as soon as anything could not be read or was wrong: then nothing may be pruned. */
  complete: boolean;
};
