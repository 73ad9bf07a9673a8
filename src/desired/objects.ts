import type { ComposeObject } from '../spec/compose.ts';
import type { Path } from '../spec/diagnostic.ts';
import type { SecretSpec } from '../swarm/types.ts';
import { configVersion, secretVersion, valueHash, versionBase } from './content-hash.ts';
import type { DesiredConfig, DesiredSecret } from './desired.ts';
import { objectLabels, skepLabels } from './labels.ts';
import { checkDistinct, checkName, objectName } from './names.ts';
import { readContent } from './object-content.ts';
import { omitEmpty, present } from './omit-empty.ts';
import { placeOf, type Scope } from './scope.ts';

export type ObjectKind = 'config' | 'secret';

/** The configs or secrets of a unit: those to be made, and by the files' keys the names of all in Swarm. */
export type ConvertedObjects<D> = { objects: D[]; names: ReadonlyMap<string, string> };

export function convertConfigs(scope: Scope): ConvertedObjects<DesiredConfig> {
  return convertObjects(scope, 'config', scope.unit.compose.configs);
}

export function convertSecrets(scope: Scope): ConvertedObjects<DesiredSecret> {
  return convertObjects(scope, 'secret', scope.unit.compose.secrets);
}

function convertObjects<K extends ObjectKind>(
  scope: Scope,
  kind: K,
  declared: Readonly<Record<string, ComposeObject>>,
): ConvertedObjects<Versioned & { kind: K }> {
  const objects: (Versioned & { kind: K })[] = [];
  const names = new Map<string, string>();
  const own: { name: string; path: Path }[] = [];
  for (const [key, object] of Object.entries(declared)) {
    const path = [`${kind}s`, key];
    const plainName = objectName(scope.unit, key, object);
    const made = object.external ? undefined : convertObject(scope, kind, path, plainName, object);
    if (!object.external) own.push({ name: plainName, path });
    if (made) objects.push({ kind, ...made });
    names.set(key, made?.name ?? plainName);
  }
  checkDistinct(scope, kind, own);
  return { objects, names };
}

type Versioned = Omit<DesiredSecret, 'kind'>;

/**
 * One object, or nothing when its content is not to be had. Configs and secrets cannot be changed once made, so the
 * content goes into the name, unless the user fixed the name.
 */
function convertObject(
  scope: Scope,
  kind: ObjectKind,
  path: Path,
  plainName: string,
  object: ComposeObject,
): Versioned | undefined {
  const content = object.driver ? Buffer.alloc(0) : readContent(scope, kind, path, object);
  if (!content) return undefined;
  const base = object.name ? undefined : versionBase(plainName);
  const made = version(kind, base ?? plainName, content, object);
  const name = base === undefined ? plainName : made;
  checkName(scope, kind, name, path);
  return {
    unit: scope.unit.name,
    name,
    options: scope.unit.options,
    version: made,
    ...present({ base, place: placeOf(scope.unit, path) }),
    spec: omitEmpty<SecretSpec>({
      Name: name,
      Labels: {
        ...objectLabels(scope.unit, object.labels),
        ...(base !== undefined && { [skepLabels.base]: base }),
      },
      Data: content.toString('base64'),
      Driver: object.driver ? driverOf(object.driver, object.driver_opts) : undefined,
      Templating: object.template_driver ? { Name: object.template_driver } : undefined,
    }),
  };
}

/** What cannot be changed in place goes in. Labels can. */
function version(
  kind: ObjectKind,
  base: string,
  content: Buffer,
  { driver = '', driver_opts: options = {}, template_driver: template = '' }: ComposeObject,
): string {
  const optionsHash = valueHash(options);
  const parts = [content, driver, optionsHash, template];
  return kind === 'config' ? configVersion(base, parts) : secretVersion(base, parts);
}

function driverOf(
  name: string,
  options: Record<string, string> | undefined,
): NonNullable<SecretSpec['Driver']> {
  return { Name: name, ...present({ Options: options }) };
}
