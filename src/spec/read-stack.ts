import type { StackDefinition } from './define-stacks.ts';
import { loadFiles } from './load-files.ts';
import { finishUnit } from './read-unit.ts';
import type { ReadUnit } from './read-unit.ts';
import { folderOf } from './source-directory.ts';
import type { Problem } from './source-directory.ts';
import { clusterUnit } from './spec-set.ts';
import { newContext, reportProblem } from './unit-context.ts';
import type { Reading, UnitContext } from './unit-context.ts';
import { readVariables } from './unit-variables.ts';
import { Variables } from './variables.ts';

/** Swarm refuses longer names of services, which begin with the stack's. */
const maxNameLength = 62;

export type ReadStack = ReadUnit & Pick<UnitContext, 'included'>;

/** Reads the files of one stack. */
export async function readStack(reading: Reading, stack: StackDefinition): Promise<ReadStack> {
  const files = stack.files.map(({ path }) => path);
  const folder = folderOf(files[0] ?? '');
  const context = newContext(reading, folder, new Variables(reading.environment));
  const problem = stack.problem ?? nameProblem(stack.name) ?? (files.length === 0 && noFiles);
  if (problem) reportProblem(context.diagnostics, problem, stack.place);
  const envFiles = stack.envFiles.map(({ path }) => ({ path, place: stack.place }));
  const values = await readVariables(context, folder, envFiles, context.variables.lookup);
  context.variables = context.variables.over(values);
  const { compose, profiles, checked } = await loadFiles(context, stack.files, folder);
  reportClusterKeys(context);
  const options = Object.assign({}, ...checked.map((file) => file.options));
  const content = { kind: 'stack' as const, files, compose, profiles, options, cluster: {} };
  const read = await finishUnit(context, { ...content, name: stack.name });
  // No unit can have that name but the cluster's own, which is not the broken one.
  if (stack.name === clusterUnit) delete read.broken;
  return { ...read, included: context.included };
}

/** A stack without files would be a wish to remove it. */
const noFiles: Problem = {
  code: 'no-stack-file',
  message: 'The list of files is empty.',
  remedy: 'List a file, or remove the entry to remove the stack.',
};

function nameProblem(name: string): Problem | undefined {
  if (name === clusterUnit) {
    return {
      code: 'reserved-name',
      message: `No stack can be called "${clusterUnit}": the cluster's own unit is.`,
      remedy: 'Give the stack another name.',
    };
  }
  if (name.length <= maxNameLength && /^[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?$/.test(name)) {
    return undefined;
  }
  return {
    code: 'invalid-stack-name',
    message: `"${name.slice(0, maxNameLength)}" is no name for a stack.`,
    remedy: `Use up to ${maxNameLength} letters, digits, "-" and "_", with a letter or a digit first and last.`,
  };
}

function reportClusterKeys(context: UnitContext): void {
  for (const { yaml } of context.loaded) {
    for (const key of ['cluster', 'tokens', 'nodes', 'stacks']) {
      const place = yaml.locate([key]);
      if (!place) continue;
      const message = `"${key}" is for the whole cluster and cannot stand in a stack's file.`;
      const remedy = 'Move it to a file of its own, such as cluster.yaml.';
      reportProblem(context.diagnostics, { code: 'cluster-key-in-stack', message, remedy }, place);
    }
  }
}
