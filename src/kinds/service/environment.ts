import type { ServiceSpec } from '../../swarm/types.ts';
import { type Field, matcher, mergeList, setList } from './field.ts';

const at = ['TaskTemplate', 'ContainerSpec', 'Env'];

/** Of a name given twice the last counts. `NAME` without a value takes the variable away; that is not `NAME=`. */
export const environment: Field = {
  path: 'env',
  at,
  restarts: true,
  sensitive: /./,
  read: (spec) => Object.fromEntries(lastOfEach(spec)),
  write(next, desired) {
    const entries = mergeList(
      [...lastOfEach(next).values()],
      [...lastOfEach(desired).values()],
      variableName,
      (live, wanted) => live === wanted,
    );
    setList(next, at, entries);
  },
  keepPart(desired, live, part) {
    const matches = matcher(part);
    const own = [...lastOfEach(desired)].filter(([name]) => !matches(name));
    const theirs = [...lastOfEach(live)].filter(([name]) => matches(name));
    setList(
      desired,
      at,
      [...own, ...theirs].map(([, entry]) => entry),
    );
  },
};

/** `NAME` of `NAME=value`. */
function variableName(entry: string): string {
  const equals = entry.indexOf('=');
  return equals < 0 ? entry : entry.slice(0, equals);
}

function lastOfEach(spec: ServiceSpec): Map<string, string> {
  const entries = spec.TaskTemplate.ContainerSpec?.Env ?? [];
  return new Map(entries.map((entry) => [variableName(entry), entry]));
}
