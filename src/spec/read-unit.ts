import { join } from 'node:path';
import type { ClusterDocument } from './cluster.ts';
import type { Compose, SkepOptions } from './compose.ts';
import { checkReferences } from './compose/check-references.ts';
import { hasErrors } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { ownValue } from './own-value.ts';
import { readSideFiles } from './side-files.ts';
import type { BrokenUnit, UnitSpec } from './spec-set.ts';
import { locateIn, revisionOf } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';

/** A unit or, when anything of it is wrong, its remains; and everything that was found. */
export type ReadUnit = { unit?: UnitSpec; broken?: BrokenUnit; diagnostics: Diagnostic[] };

/** What the files of a unit say together. */
type UnitContent = {
  name: string;
  kind: UnitSpec['kind'];
  files: string[];
  compose: Compose;
  profiles: Record<string, string[]>;
  cluster: ClusterDocument;
  options: SkepOptions;
};

/** The last steps, alike for every unit: profiles, side files, references, revision. */
export async function finishUnit(context: UnitContext, content: UnitContent): Promise<ReadUnit> {
  const { name, kind, files, cluster, options, profiles } = content;
  const compose = withoutInactive(content.compose, profiles, context.reading.profiles);
  const locate: UnitSpec['locate'] = (path) => locateIn(context.loaded, path);
  const sideFiles = await readSideFiles(context, compose, cluster);
  for (const variable of takenVariables(compose)) context.variables.lookup(variable);
  context.diagnostics.push(...checkReferences(compose, locate));
  const diagnostics = context.diagnostics.map((found) => ({ ...found, unit: name }));
  if (hasErrors(diagnostics)) return { broken: { name, files }, diagnostics };
  const unit: UnitSpec = {
    name,
    kind,
    files,
    directory: join(context.reading.directory, context.folder),
    compose,
    cluster,
    options,
    variables: context.variables.toRecord(),
    sideFiles,
    revision: revisionOf(context, files),
    locate,
  };
  return { unit, diagnostics };
}

/** Variables that the conversion will take, so that they count as inputs. */
function takenVariables(compose: Compose): string[] {
  const objects = [...Object.values(compose.configs), ...Object.values(compose.secrets)];
  const environments = Object.values(compose.services).map(({ environment }) => environment ?? {});
  return [
    ...objects.flatMap(({ environment }) => environment ?? []),
    ...environments.flatMap((entries) =>
      Object.keys(entries).filter((name) => entries[name] === null),
    ),
  ];
}

function withoutInactive(
  compose: Compose,
  profiles: Record<string, string[]>,
  active: readonly string[],
): Compose {
  const isActive = (name: string) => {
    const own = ownValue(profiles, name) ?? [];
    return own.length === 0 || active.includes('*') || own.some((one) => active.includes(one));
  };
  const services = Object.entries(compose.services).filter(([name]) => isActive(name));
  return { ...compose, services: Object.fromEntries(services) };
}
