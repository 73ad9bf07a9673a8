import type { ClusterSettings } from '../spec/cluster.ts';
import type { Path } from '../spec/diagnostic.ts';
import { clusterUnit } from '../spec/spec-set.ts';
import type { DesiredCluster, DesiredNode, DesiredSettings, DesiredToken } from './desired.ts';
import { externalCas } from './external-cas.ts';
import { present } from './omit-empty.ts';
import { placeOf, type Scope } from './scope.ts';

/** What the cluster's files say besides Compose: settings, nodes, and the rotation of join tokens and of the unlock key. */
export function convertCluster(scope: Scope): (DesiredCluster | DesiredNode | DesiredToken)[] {
  const { unit } = scope;
  const { cluster, nodes = {}, tokens = {} } = unit.cluster;
  const base = (path: Path) => ({
    unit: unit.name,
    options: unit.options,
    ...present({ place: placeOf(unit, path) }),
  });
  const token = (name: DesiredToken['name'], schedule: DesiredToken['schedule'] | undefined, path: Path) =>
    schedule ? [{ kind: 'token' as const, name, schedule, ...base(path) }] : [];
  return [
    ...(cluster
      ? [
          {
            kind: 'cluster' as const,
            name: clusterUnit,
            settings: convertSettings(cluster, scope),
            ...base(['cluster']),
          },
        ]
      : []),
    ...Object.entries(nodes).map(
      ([name, settings]): DesiredNode => ({ kind: 'node', name, settings, ...base(['nodes', name]) }),
    ),
    ...(['worker', 'manager'] as const).flatMap((name) =>
      token(name, tokens[name], ['tokens', name]),
    ),
    ...token('unlock-key', cluster?.unlock_key, ['cluster', 'unlock_key']),
  ];
}

function convertSettings(settings: ClusterSettings, scope: Scope): DesiredSettings {
  const { external_cas: declared, ...others } = settings;
  return declared === undefined ? others : { ...others, external_cas: externalCas(declared, scope) };
}
