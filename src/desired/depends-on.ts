import type { DesiredService } from './desired.ts';
import { scopedName } from './names.ts';
import type { Scope } from './scope.ts';

export type After = DesiredService['after'][number];

/**
 * By service, what it has to wait for. `docker stack deploy` does not look at `depends_on`, so files that come from
 * there may ask for what cannot be: such an edge is left out, with a warning.
 */
export function dependencies(scope: Scope): Map<string, After[]> {
  const { services } = scope.unit.compose;
  const graph = new Map(
    Object.entries(services).map(([key, service]) => [key, Object.keys(service.depends_on ?? {})]),
  );
  const possible = (key: string, other: string): boolean => {
    if (!graph.has(other)) return warnAbsent(scope, key, other);
    return reaches(graph, other, key) ? warnCycle(scope, key, other) : true;
  };
  return new Map(
    Object.entries(services).map(([key, service]) => [
      key,
      Object.entries(service.depends_on ?? {})
        .filter(([other]) => possible(key, other))
        .map(([other, { condition }]) => ({ name: scopedName(scope.unit, other), condition })),
    ]),
  );
}

function reaches(graph: ReadonlyMap<string, string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const key of seen) for (const next of graph.get(key) ?? []) seen.add(next);
  return seen.has(to);
}

/** With `required: false` the author expects it. */
function warnAbsent(scope: Scope, key: string, other: string): false {
  if (scope.unit.compose.services[key]?.depends_on?.[other]?.required === false) return false;
  scope.warn({
    path: ['services', key, 'depends_on', other],
    code: 'unknown-dependency',
    message: `${key} depends on ${other}, which is no service of this unit`,
    remedy: 'correct the name, or say "required: false" when it may be absent',
  });
  return false;
}

function warnCycle(scope: Scope, key: string, other: string): false {
  scope.warn({
    path: ['services', key, 'depends_on', other],
    code: 'dependency-cycle',
    message: `${key} depends on ${other}, which depends on ${key}: neither waits for the other`,
    remedy: 'take one of the dependencies out',
  });
  return false;
}
