import type { Compose } from '../spec/compose.ts';
import type { Diagnostic, Path } from '../spec/diagnostic.ts';
import type { UnitSpec } from '../spec/spec-set.ts';
import type { DesiredObject, DesiredUnit, KindName } from './desired.ts';
import { convertUnit } from './convert-unit.ts';

/** A checked stack "shop" for tests; every path of it stands on the line that its length gives. */
export function stackUnit(compose: Partial<Compose>, more: Partial<UnitSpec> = {}): UnitSpec {
  return {
    name: 'shop',
    kind: 'stack',
    files: ['stacks/shop.yaml'],
    directory: '/desired/stacks',
    compose: { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {}, ...compose },
    cluster: {},
    options: {},
    variables: {},
    sideFiles: new Map(),
    revision: 'r1',
    locate: (path: Path) => ({ file: 'stacks/shop.yaml', line: path.length, column: 1 }),
    ...more,
  };
}

export function clusterUnitSpec(compose: Partial<Compose>, more: Partial<UnitSpec> = {}): UnitSpec {
  return stackUnit(compose, { name: 'cluster', kind: 'cluster', ...more });
}

export function ofKind<K extends KindName>(
  desired: DesiredUnit,
  kind: K,
): Extract<DesiredObject, { kind: K }>[] {
  return desired.objects.filter(
    (object): object is Extract<DesiredObject, { kind: K }> => object.kind === kind,
  );
}

/** The findings of a conversion, without the prose. */
export function findings(unit: UnitSpec): Pick<Diagnostic, 'severity' | 'code'>[] {
  return convertUnit(unit).diagnostics.map(({ severity, code }) => ({ severity, code }));
}
