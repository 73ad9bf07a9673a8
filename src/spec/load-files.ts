import { isDeepStrictEqual } from 'node:util';
import type { Compose } from './compose.ts';
import { emptyCompose, sections } from './compose-sections.ts';
import type { CheckedFile } from './compose/check-file.ts';
import { mergeCompose } from './compose/merge.ts';
import type { Place } from './diagnostic.ts';
import { extendServices } from './extends.ts';
import { openFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import { folderOf, resolvePath } from './source-directory.ts';
import { reportProblem } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';
import { readVariables } from './unit-variables.ts';

/** A file to read, and what names it when that is another file. */
export type FileName = { path: string; place?: Place };

export type Loaded = {
  compose: Compose;
  profiles: Record<string, string[]>;
  /** The files themselves as checked, without those that they include. */
  checked: CheckedFile[];
};

/** Reads files and lays each over those before it, after what each extends and includes. */
export async function loadFiles(
  context: UnitContext,
  files: readonly FileName[],
  folder: string,
  chain: readonly string[] = [],
): Promise<Loaded> {
  let result: Loaded = { compose: emptyCompose(), profiles: {}, checked: [] };
  for (const { path, place } of files) {
    const file = await openFile(context, path, folder, place);
    if (file) result = await addFile(context, result, file, [...chain, path]);
  }
  return result;
}

async function addFile(
  context: UnitContext,
  below: Loaded,
  file: OpenFile,
  chain: readonly string[],
): Promise<Loaded> {
  context.loaded.push(file);
  const { services, profiles } = await extendServices(context, file);
  const own: Loaded = { compose: { ...file.compose, services }, profiles, checked: [file.checked] };
  const whole = await addIncludes(context, own, file, chain);
  return {
    compose: mergeCompose(below.compose, whole.compose, file.checked.replaced),
    profiles: { ...below.profiles, ...whole.profiles },
    checked: [...below.checked, file.checked],
  };
}

async function addIncludes(
  context: UnitContext,
  own: Loaded,
  file: OpenFile,
  chain: readonly string[],
): Promise<Loaded> {
  let result = own;
  for (const index of file.checked.includes.keys()) {
    const included = await loadInclude(context, file, index, chain);
    if (included) result = join(context, result, included, file.yaml.locate(['include', index]));
  }
  return result;
}

async function loadInclude(
  context: UnitContext,
  file: OpenFile,
  index: number,
  chain: readonly string[],
): Promise<Loaded | undefined> {
  const entry = file.checked.includes[index]!;
  const place = file.yaml.locate(['include', index]);
  const named = (path: string) => ({
    path: resolvePath(file.folder, path),
    ...(place && { place }),
  });
  const files = entry.path.map(named);
  const again = files.find(({ path }) => chain.includes(path));
  if (again) {
    const message = `"include" goes round in a circle: ${[...chain, again.path].join(' → ')}.`;
    reportProblem(context.diagnostics, { code: 'include-cycle', message }, place);
    return undefined;
  }
  for (const { path } of files) context.included.push({ path, place });
  const folder =
    entry.project_directory === undefined
      ? folderOf(files[0]?.path ?? '')
      : resolvePath(file.folder, entry.project_directory);
  const envFiles = (entry.env_file ?? []).map((path) => ({ ...named(path), place }));
  const values = await readVariables(context, folder, envFiles, context.variables.lookup);
  const variables = context.variables.over(values);
  // What was opened with other variables says other things.
  const inner: UnitContext = { ...context, variables, opened: new Map() };
  return loadFiles(inner, files, folder, chain);
}

/** Compose refuses two definitions of one name here, but equal ones. */
function join(
  context: UnitContext,
  own: Loaded,
  included: Loaded,
  place: Place | undefined,
): Loaded {
  const compose: Compose = { ...own.compose };
  for (const section of sections) {
    const ours = own.compose[section];
    const theirs = included.compose[section];
    for (const name of Object.keys(theirs)) {
      if (!Object.hasOwn(ours, name) || isDeepStrictEqual(ours[name], theirs[name])) continue;
      const message = `${section}.${name} is here and in the included file.`;
      const remedy = 'Rename one, or include a list of both files to lay one over the other.';
      reportProblem(context.diagnostics, { code: 'include-conflict', message, remedy }, place);
    }
    Object.assign(compose, { [section]: { ...theirs, ...ours } });
  }
  return { ...own, compose, profiles: { ...included.profiles, ...own.profiles } };
}
