import type { Path } from '../spec/diagnostic.ts';
import { clusterUnit, type UnitSpec } from '../spec/spec-set.ts';
import type { DesiredCluster, DesiredNode, DesiredToken } from './desired.ts';
import { present } from './omit-empty.ts';
import { placeOf } from './scope.ts';

/** What the cluster's files say besides Compose: settings, nodes and the rotation of join tokens. */
export function convertCluster(unit: UnitSpec): (DesiredCluster | DesiredNode | DesiredToken)[] {
  const { cluster, nodes = {}, tokens = {} } = unit.cluster;
  const base = (path: Path) => ({
    unit: unit.name,
    options: unit.options,
    ...present({ place: placeOf(unit, path) }),
  });
  return [
    ...(cluster
      ? [{ kind: 'cluster' as const, name: clusterUnit, settings: cluster, ...base(['cluster']) }]
      : []),
    ...Object.entries(nodes).map(
      ([name, settings]): DesiredNode => ({ kind: 'node', name, settings, ...base(['nodes', name]) }),
    ),
    ...(['worker', 'manager'] as const).flatMap((name): DesiredToken[] => {
      const schedule = tokens[name];
      return schedule ? [{ kind: 'token', name, schedule, ...base(['tokens', name]) }] : [];
    }),
  ];
}
