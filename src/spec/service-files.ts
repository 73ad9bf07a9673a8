import type { Compose, ComposeService } from './compose.ts';
import type { CheckedFile } from './compose/check-file.ts';
import type { Place } from './diagnostic.ts';
import { parseEnvFile } from './env-file.ts';
import { ownValue } from './own-value.ts';
import { resolvePath } from './source-directory.ts';
import { readInputText, reportProblem } from './unit-context.ts';
import type { UnitContext } from './unit-context.ts';
import type { YamlFile } from './yaml.ts';

/** Lays the `env_file`s of the services below their `environment`, and the `label_file`s below their `labels`. */
export async function foldServiceFiles(
  context: UnitContext,
  checked: CheckedFile,
  compose: Compose,
  folder: string,
  yaml: YamlFile,
): Promise<Compose> {
  const services: [string, ComposeService][] = [];
  for (const [name, service] of Object.entries(compose.services)) {
    const read = async (key: string, files: { path: string; required: boolean }[]) => {
      const values = new Map<string, string>();
      for (const [index, { path, required }] of files.entries()) {
        const place =
          yaml.locate(['services', name, key, index]) ?? yaml.locate(['services', name, key]);
        const file = resolvePath(folder, path);
        for (const [k, v] of await readValues(context, file, place, !required)) values.set(k, v);
      }
      return Object.fromEntries(values);
    };
    const labelFiles = (ownValue(checked.labelFiles, name) ?? []).map((path) => ({
      path,
      required: true,
    }));
    const environment = await read('env_file', ownValue(checked.envFiles, name) ?? []);
    const labels = await read('label_file', labelFiles);
    services.push([name, withBelow(service, environment, labels)]);
  }
  return { ...compose, services: Object.fromEntries(services) };
}

function withBelow(
  service: ComposeService,
  environment: Record<string, string>,
  labels: Record<string, string>,
): ComposeService {
  const result = { ...service };
  if (Object.keys(environment).length > 0) {
    result.environment = { ...environment, ...service.environment };
  }
  if (Object.keys(labels).length > 0) result.labels = { ...labels, ...service.labels };
  return result;
}

/** A name without a value takes that of the unit's variables, and is left out when there is none. */
async function readValues(
  context: UnitContext,
  path: string,
  place: Place | undefined,
  optional: boolean,
): Promise<Map<string, string>> {
  const text = await readInputText(context, path, place, optional);
  const { entries, problems } = parseEnvFile(text ?? '');
  for (const { line, message } of problems) {
    const remedy = 'Write NAME=value, one in a line.';
    const problem = { code: 'invalid-env-file', message, remedy };
    reportProblem(context.diagnostics, problem, { file: path, line, column: 1 });
  }
  const values = new Map<string, string>();
  for (const [name, written] of entries) {
    const value = written ?? context.variables.lookup(name);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}
