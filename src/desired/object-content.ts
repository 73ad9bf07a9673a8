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
  const at = [...path, source.key];
  if (!source.bytes) {
    scope.error({ path: at, code: 'missing-content', ...source.missing });
    return undefined;
  }
  return checkSize(scope, kind, at, source.bytes) ? source.bytes : undefined;
}

type Source = {
  key: 'file' | 'content' | 'environment';
  bytes: Buffer | undefined;
  missing: { message: string; remedy: string };
};

/** One of the three is there: the check of the file saw to it. */
function sourceOf(scope: Scope, { file, content, environment = '' }: ComposeObject): Source {
  if (file !== undefined) {
    const message = `the file ${file} is not there`;
    const remedy = 'make it, or correct its path (it counts from the folder of the first file)';
    return { key: 'file', bytes: scope.unit.sideFiles.get(file), missing: { message, remedy } };
  }
  const { variables } = scope.unit;
  const variable = Object.hasOwn(variables, environment) ? variables[environment] : undefined;
  const value = content ?? variable;
  const message = `the variable ${environment} is not set`;
  const remedy = 'set it where Skep runs and let Skep see it, or take the content from a file';
  return {
    key: content === undefined ? 'environment' : 'content',
    bytes: value === undefined ? undefined : Buffer.from(value),
    missing: { message, remedy },
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
