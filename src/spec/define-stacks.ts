import type { Place } from './diagnostic.ts';
import type { FoundSpecs } from './find-specs.ts';
import { interpolateFile } from './interpolate-file.ts';
import { interpolate } from './interpolate.ts';
import type { FileName } from './load-files.ts';
import { openFile } from './open-file.ts';
import { isPlainObject } from './plain-object.ts';
import { folderOf, resolvePath } from './source-directory.ts';
import type { Problem } from './source-directory.ts';
import { newContext } from './unit-context.ts';
import type { Reading, UnitContext } from './unit-context.ts';
import { readVariables } from './unit-variables.ts';
import { Variables } from './variables.ts';
import type { YamlFile } from './yaml.ts';

export type StackDefinition = {
  name: string;
  files: FileName[];
  envFiles: FileName[];
  /** What makes it a stack: its entry, its `name:` or the file itself. */
  place: Place;
  /** Known before any file is read. */
  problem?: Problem;
};

export type Layout = { stacks: StackDefinition[]; clusterFiles: string[] };

/**
 * Tells the stacks from the cluster files. What an entry of `stacks:` lists belongs to that stack alone, whatever its
 * place or its `name:` say.
 */
export async function defineStacks(
  reading: Reading,
  found: FoundSpecs,
  cluster: UnitContext,
): Promise<Layout> {
  const others: { path: string; definition: StackDefinition | undefined }[] = [];
  for (const path of found.others) {
    others.push({ path, definition: await namedStack(reading, path) });
  }
  const unnamed = others.flatMap(({ path, definition }) => (definition ? [] : [path]));
  const listed = await listedFiles(cluster, unnamed);
  const free = (path: string) => !listed.has(path);
  const clusterFiles = unnamed.filter(free);
  const stacks = [
    ...(await entries(cluster, clusterFiles)),
    ...others.flatMap(({ path, definition }) => (definition && free(path) ? [definition] : [])),
    ...(await placedStacks(reading, found, free)),
    ...found.headless
      .filter(({ folder }) => ![...listed].some((path) => path.startsWith(`${folder}/`)))
      .map(headlessStack),
  ];
  return { stacks, clusterFiles };
}

/** The files that `stacks:` lists; read before the files are checked, since it decides as what they are checked. */
async function listedFiles(cluster: UnitContext, paths: readonly string[]): Promise<Set<string>> {
  const listed = new Set<string>();
  for (const path of paths) {
    const yaml = await yamlOf(cluster.reading, path);
    if (!yaml || !isPlainObject(yaml.value) || !isPlainObject(yaml.value['stacks'])) continue;
    const { value } = interpolateFile(
      { ...yaml, value: yaml.value['stacks'] },
      cluster.variables.lookup,
    );
    for (const entry of Object.values(value as object)) {
      const files: unknown = isPlainObject(entry) ? entry['files'] : undefined;
      for (const file of Array.isArray(files) ? files : [files]) {
        if (typeof file === 'string') listed.add(resolvePath(folderOf(path), file));
      }
    }
  }
  return listed;
}

async function entries(cluster: UnitContext, paths: readonly string[]): Promise<StackDefinition[]> {
  const definitions: StackDefinition[] = [];
  for (const path of paths) {
    const file = await openFile(cluster, path, folderOf(path));
    for (const [name, entry] of Object.entries(file?.checked.stacks ?? {})) {
      const place = file?.yaml.locate(['stacks', name]) ?? { file: path, line: 1, column: 1 };
      const named = (one: string) => ({ path: resolvePath(folderOf(path), one), place });
      const files = entry.files.map(named);
      definitions.push({ name, files, envFiles: (entry.env_file ?? []).map(named), place });
    }
  }
  return definitions;
}

async function namedStack(reading: Reading, path: string): Promise<StackDefinition | undefined> {
  const yaml = await yamlOf(reading, path);
  const name = yaml && (await nameIn(reading, yaml));
  if (name === undefined) return undefined;
  const place = yaml?.locate(['name']) ?? { file: path, line: 1, column: 1 };
  return { name, files: [{ path }], envFiles: [], place };
}

async function placedStacks(
  reading: Reading,
  found: FoundSpecs,
  free: (path: string) => boolean,
): Promise<StackDefinition[]> {
  const definitions: StackDefinition[] = [];
  for (const { name, file } of found.stacks) {
    if (!free(file)) continue;
    const place = { file, line: 1, column: 1 };
    const byPlace = { name, files: [{ path: file }], envFiles: [], place };
    definitions.push((await namedStack(reading, file)) ?? byPlace);
  }
  return definitions;
}

function headlessStack(found: FoundSpecs['headless'][number]): StackDefinition {
  const { name, folder, problem } = found;
  return { name, files: [], envFiles: [], place: { file: folder, line: 1, column: 1 }, problem };
}

/** The `name:` of a file with its variables filled in. */
async function nameIn(reading: Reading, yaml: YamlFile): Promise<string | undefined> {
  if (!isPlainObject(yaml.value)) return undefined;
  const { name } = yaml.value;
  if (typeof name !== 'string') return undefined;
  if (!name.includes('$')) return name;
  const folder = folderOf(yaml.file);
  const context = newContext(reading, folder, new Variables(reading.environment));
  const values = await readVariables(context, folder, [], context.variables.lookup);
  return interpolate(name, context.variables.over(values).lookup).text;
}

async function yamlOf(reading: Reading, path: string): Promise<YamlFile | undefined> {
  const document = await reading.documents.read(path);
  return 'yaml' in document ? document.yaml : undefined;
}
