import type { Compose } from './compose.ts';
import { checkFile } from './compose/check-file.ts';
import type { CheckedFile } from './compose/check-file.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import { interpolateFile } from './interpolate-file.ts';
import { rebaseCluster, rebasePaths } from './rebase-paths.ts';
import { foldServiceFiles } from './service-files.ts';
import { reportProblem, reportUnread } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';
import type { YamlFile } from './yaml.ts';

/** One file of a unit: checked, its env files folded in, its paths relative to the unit's folder. */
export type OpenFile = {
  path: string;
  /** Paths in the file resolve from here. */
  folder: string;
  yaml: YamlFile;
  checked: CheckedFile;
  compose: Compose;
};

/**
 * Opens a file, once for a unit; `place` is what names it. `undefined` when it is too broken to go on; all problems are
 * then in the context.
 */
export function openFile(
  context: UnitContext,
  path: string,
  folder: string,
  place?: Place,
): Promise<OpenFile | undefined> {
  const id = JSON.stringify([folder, path]);
  const known = context.opened.get(id);
  if (known) return known;
  const opened = open(context, path, folder, place);
  context.opened.set(id, opened);
  return opened;
}

async function open(
  context: UnitContext,
  path: string,
  folder: string,
  place: Place | undefined,
): Promise<OpenFile | undefined> {
  const document = await context.reading.documents.read(path);
  if ('problem' in document) {
    if (place) reportUnread(context, document.problem, place);
    else reportProblem(context.diagnostics, document.problem, { file: path, line: 1, column: 1 });
    return undefined;
  }
  const { yaml, bytes } = document;
  context.inputs.set(path, bytes);
  context.diagnostics.push(...yaml.diagnostics);
  if (yaml.value === undefined || yaml.diagnostics.some(isSyntaxError)) return undefined;
  const checked = check(context, yaml);
  if (!checked.compose) return undefined;
  const folded = await foldServiceFiles(context, checked, checked.compose, folder, yaml);
  const compose = rebasePaths(folded, folder, context.folder);
  const { cluster } = checked;
  if (cluster) checked.cluster = rebaseCluster(cluster, folder, context.folder);
  return { path, folder, yaml, checked, compose };
}

function check(context: UnitContext, yaml: YamlFile): CheckedFile {
  const filled = interpolateFile(yaml, context.variables.lookup);
  const checked = checkFile(filled.value, { file: yaml.file, locate: yaml.locate });
  // A text that could not be filled in is wrong in its own way; what the check says about it would only confuse.
  const lines = new Set(filled.diagnostics.filter(isError).map(({ place }) => place?.line));
  const apart = checked.diagnostics.filter(({ place }) => !place || !lines.has(place.line));
  context.diagnostics.push(...filled.diagnostics, ...apart);
  return checked;
}

function isSyntaxError({ code }: Diagnostic): boolean {
  return code === 'yaml-syntax';
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
