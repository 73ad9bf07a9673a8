import type { ClusterDocument } from '../cluster.ts';
import type { Compose, SkepOptions } from '../compose.ts';
import type { Diagnostic, Path, Place } from '../diagnostic.ts';

/** Where the file is and how to find a place in it. `locate` of a map entry is asked for its key and answers for it or its value. */
export type FileAt = { file: string; locate(path: Path): Place | undefined };

/** What one file says, checked by itself. What needs other files (references, a missing image) is checked after merging. */
export type CheckedFile = {
  /** Absent only when the file is no mapping. After errors: what could be understood, fit for further checks alone. */
  compose?: Compose;
  cluster?: ClusterDocument;
  stacks?: Record<string, StackEntry>;
  /** The file's own `x-skep`. */
  options: SkepOptions;
  includes: IncludeEntry[];
  /** By service. */
  extends: Record<string, ExtendsEntry>;
  /** By service, in order; to be folded in below `environment` before anything is merged. */
  envFiles: Record<string, EnvFileEntry[]>;
  /** By service; to be folded in below `labels` before anything is merged. */
  labelFiles: Record<string, string[]>;
  /** By service; services without profiles are always there. */
  profiles: Record<string, string[]>;
  /** Paths that `!reset` and `!override` free of what earlier files say; to be handed to `mergeCompose`. */
  replaced: Path[];
  /** False when there is any error: then nothing may be applied from this file. */
  usable: boolean;
  diagnostics: Diagnostic[];
  /**
   * Where a path of the long form was written in this file. Items of lists go by what they are, not by their index:
   * networks, configs and secrets of a service by name, mounts by target, ports as `8080/tcp`.
   */
  locate: (path: Path) => Place | undefined;
};

export type StackEntry = { files: string[]; env_file?: string[] };

export type IncludeEntry = { path: string[]; project_directory?: string; env_file?: string[] };

export type ExtendsEntry = { service: string; file?: string };

export type EnvFileEntry = { path: string; required: boolean; format?: string };
