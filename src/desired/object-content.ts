import type { ComposeObject } from '../spec/compose.ts';
import type { Path } from '../spec/diagnostic.ts';
import type { ObjectKind } from './objects.ts';
import type { Scope } from './scope.ts';

/** The first size that is too much: https://github.com/moby/swarmkit/blob/master/api/validation/secrets.go */
const tooMany = { secret: 500 * 1024, config: 1000 * 1024 };

/** The bytes of a config or secret; undefined, with a finding, when they are not there or Swarm would not take them. */
export function readContent(
  scope: Scope,
  kind: ObjectKind,
  path: Path,
  object: ComposeObject,
): Buffer | undefined {
  const source = sourceOf(scope, object);
  if (!source) {
    const message = `the ${kind} has no content`;
    const remedy = 'say where it comes from: file, content, environment or external';
    scope.error({ path, code: 'no-content', message, remedy });
    return undefined;
  }
  const at = [...path, source.key];
  if (!source.bytes) {
    const { missing: message, remedy } = source;
    scope.error({ path: at, code: 'missing-content', message, remedy });
    return undefined;
  }
  return checkSize(scope, kind, at, source.bytes) ? source.bytes : undefined;
}

type Source = { key: string; bytes: Buffer | undefined; missing: string; remedy: string };

function sourceOf(scope: Scope, object: ComposeObject): Source | undefined {
  const { file, content, environment } = object;
  if (file !== undefined) {
    return {
      key: 'file',
      bytes: scope.unit.sideFiles.get(file),
      missing: `the file ${file} is not there`,
      remedy: 'make the file, or correct its path (it counts from the folder of the first file)',
    };
  }
  if (content !== undefined) {
    return { key: 'content', bytes: Buffer.from(content), missing: '', remedy: '' };
  }
  if (environment === undefined) return undefined;
  const { variables } = scope.unit;
  const value = Object.hasOwn(variables, environment) ? variables[environment] : undefined;
  return {
    key: 'environment',
    bytes: value === undefined ? undefined : Buffer.from(value),
    missing: `the variable ${environment} is not set`,
    remedy: 'set it where Skep runs and let Skep see it, or take the content from a file',
  };
}

function checkSize(scope: Scope, kind: ObjectKind, path: Path, bytes: Buffer): boolean {
  const possible = tooMany[kind] - 1;
  if (bytes.length > possible) {
    scope.error({
      path,
      code: 'content-too-large',
      message: `the ${kind} has ${bytes.length} bytes, Swarm takes at most ${possible}`,
      remedy: `make it smaller, split it, or put it into ${kind === 'config' ? 'the image' : 'a volume'}`,
    });
  }
  if (bytes.length === 0) {
    scope.error({
      path,
      code: 'content-empty',
      message: `the ${kind} is empty, Swarm takes at least one byte`,
      remedy: 'put something in, a newline will do',
    });
  }
  return bytes.length > 0 && bytes.length <= possible;
}
