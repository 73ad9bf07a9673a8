import type { UnitSpec } from '../spec/spec-set.ts';
import type { Scope } from './scope.ts';
import type { Path } from '../spec/diagnostic.ts';

/** The name in Swarm of what a file calls `key`: stacks put theirs in front, the cluster's files mean what they say. */
export function scopedName(unit: UnitSpec, key: string): string {
  return unit.kind === 'stack' ? `${unit.name}_${key}` : key;
}

/**
 * The name in Swarm of a declared object: its own `name:`, the bare key when it is somebody else's, else the scoped one.
 * A `name:` that a variable left empty is none.
 */
export function objectName(
  unit: UnitSpec,
  key: string,
  declared: { name?: string; external?: boolean } | undefined,
): string {
  return declared?.name || (declared?.external ? key : scopedName(unit, key));
}

/** What Swarm allows in a name: https://github.com/moby/swarmkit/blob/master/manager/controlapi/common.go */
const dnsName = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const fileName = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/;

const rules = {
  service: { longest: 63, pattern: dnsName, letters: 'letters, digits, "-" and "_"' },
  network: { longest: 63, pattern: dnsName, letters: 'letters, digits, "-" and "_"' },
  config: { longest: 64, pattern: fileName, letters: 'letters, digits, "-", "_" and "."' },
  secret: { longest: 64, pattern: fileName, letters: 'letters, digits, "-", "_" and "."' },
};

export type NamedKind = keyof typeof rules;

/** Reports a name that Swarm would refuse. */
export function checkName(scope: Scope, kind: NamedKind, name: string, path: Path): void {
  const { longest, pattern, letters } = rules[kind];
  if (name.length > longest) {
    scope.error({
      path,
      code: 'name-too-long',
      message: `the ${kind}'s name in Swarm, "${name}", has ${name.length} characters; ${longest} are possible`,
      remedy:
        kind === 'service' || scope.unit.kind === 'cluster'
          ? 'take a shorter name'
          : 'take a shorter name, or give the object one with "name:"',
    });
  }
  if (!pattern.test(name)) {
    scope.error({
      path,
      code: 'invalid-name',
      message: `"${name}" is no possible name of a ${kind} in Swarm`,
      remedy: `use ${letters}, with a letter or digit first and last`,
    });
  }
}

/** Reports objects of one kind that end up with the same name; Swarm does not tell upper from lower case. */
export function checkDistinct(
  scope: Scope,
  kind: NamedKind,
  named: readonly { name: string; path: Path }[],
): void {
  const taken = new Map<string, Path>();
  for (const { name, path } of named) {
    const other = taken.get(name.toLowerCase());
    if (other) {
      scope.error({
        path,
        code: 'duplicate-name',
        message: `${path.join('.')} and ${other.join('.')} would both be the ${kind} "${name}" in Swarm`,
        remedy: 'give one of them another name',
      });
    }
    taken.set(name.toLowerCase(), path);
  }
}
