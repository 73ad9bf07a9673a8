import type { ClusterDocument } from './cluster.ts';
import { emptyCompose, sections } from './compose-sections.ts';
import type { SkepOptions } from './compose.ts';
import type { Path, Place } from './diagnostic.ts';
import { loadFiles } from './load-files.ts';
import type { Loaded } from './load-files.ts';
import { finishUnit } from './read-unit.ts';
import type { ReadUnit } from './read-unit.ts';
import { folderOf } from './source-directory.ts';
import { clusterUnit } from './spec-set.ts';
import { locateIn, reportProblem } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';

/** Reads the cluster files as one unit; what two of them say is an error, since no order is between them. */
export async function readCluster(
  context: UnitContext,
  files: readonly string[],
): Promise<ReadUnit> {
  const union = new Union(context);
  for (const path of files) {
    const before = context.loaded.length;
    const loaded = await loadFiles(context, [{ path }], folderOf(path));
    union.add(loaded, (at) => locateIn(context.loaded.slice(before), at));
  }
  const { compose, cluster, options, profiles } = union;
  const content = { name: clusterUnit, kind: 'cluster' as const, files: [...files] };
  return finishUnit(context, { ...content, compose, cluster, options, profiles });
}

class Union {
  readonly compose = emptyCompose();
  readonly cluster: ClusterDocument = {};
  readonly options: SkepOptions = {};
  readonly profiles: Record<string, string[]> = {};
  readonly #context: UnitContext;
  readonly #places = new Map<string, Place | undefined>();

  constructor(context: UnitContext) {
    this.#context = context;
  }

  add(loaded: Loaded, locate: (path: Path) => Place | undefined): void {
    const put = <T extends object>(into: T, from: T | undefined, ...path: string[]): T => {
      for (const [key, value] of Object.entries(from ?? {})) {
        if (!this.#isNew([...path, key], locate)) continue;
        Object.defineProperty(into, key, { ...plainProperty, value });
      }
      return into;
    };
    for (const section of sections) {
      put(this.compose[section] as object, loaded.compose[section], section);
    }
    for (const { cluster = {}, options } of loaded.checked) {
      for (const key of ['cluster', 'tokens', 'nodes'] as const) {
        if (cluster[key]) this.cluster[key] = put(this.cluster[key] ?? {}, cluster[key], key);
      }
      put(this.options, options, 'x-skep');
    }
    Object.assign(this.profiles, loaded.profiles);
  }

  #isNew(path: readonly string[], locate: (path: Path) => Place | undefined): boolean {
    const id = JSON.stringify(path);
    const place = locate(path);
    if (!this.#places.has(id)) {
      this.#places.set(id, place);
      return true;
    }
    const first = this.#places.get(id);
    const where = first ? ` in ${first.file}:${first.line}` : '';
    const message = `"${path.join('.')}" is already there${where}.`;
    const remedy = 'Keep one of the two.';
    reportProblem(this.#context.diagnostics, { code: 'duplicate', message, remedy }, place);
    return false;
  }
}

/** Defined, not assigned: `__proto__` is a name like any other. */
const plainProperty = { enumerable: true, configurable: true, writable: true };
