import type { UnitSpec } from '../spec/spec-set.ts';
import type { DesiredService } from './desired.ts';
import { scopedName } from './names.ts';

export type After = DesiredService['after'][number];

/**
 * By service, what it has to wait for. `docker stack deploy` does not look at `depends_on`, so files that come from
 * there may ask for what cannot be: what is not there, and what waits back, is not waited for. The files' check warns.
 */
export function dependencies(unit: UnitSpec): Map<string, After[]> {
  const services = Object.entries(unit.compose.services);
  const graph = new Map(
    services.map(([key, { depends_on: others = {} }]) => [key, Object.keys(others)]),
  );
  return new Map(
    services.map(([key, { depends_on: others = {} }]) => [
      key,
      Object.entries(others)
        .filter(([other]) => graph.has(other) && !reaches(graph, other, key))
        .map(([other, { condition }]) => ({ name: scopedName(unit, other), condition })),
    ]),
  );
}

function reaches(graph: ReadonlyMap<string, string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const key of seen) for (const next of graph.get(key) ?? []) seen.add(next);
  return seen.has(to);
}
