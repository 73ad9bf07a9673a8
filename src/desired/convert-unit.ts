import type { ComposeObject, ComposeService } from '../spec/compose.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { UnitSpec } from '../spec/spec-set.ts';
import { checkDeliveries } from './check-deliveries.ts';
import { checkMaintenance } from './check-maintenance.ts';
import { convertCluster } from './cluster-objects.ts';
import type { DesiredUnit } from './desired.ts';
import { convertNetworks } from './networks.ts';
import { objectName } from './names.ts';
import { type ObjectKind, convertConfigs, convertSecrets } from './objects.ts';
import { present } from './omit-empty.ts';
import { openScope, placeOf } from './scope.ts';
import { convertServices } from './service.ts';

/**
 * What a unit's files want of the Swarm, as `docker stack deploy` would send it. Pure, and never throws on a checked
 * unit: what is wrong comes back as diagnostics, all at once, and with an error among them nothing may be written.
 * Every secret costs tens of milliseconds (its name is a slow hash), so keep the result while `revision` stays the same.
 */
export function convertUnit(unit: UnitSpec): DesiredUnit {
  const diagnostics: Diagnostic[] = [];
  const scope = openScope(unit, diagnostics);
  checkDeliveries(scope);
  checkMaintenance(scope);
  const { networks, external } = convertNetworks(scope);
  const configs = convertConfigs(scope);
  const secrets = convertSecrets(scope);
  const services = convertServices(scope, { configs: configs.names, secrets: secrets.names });
  return {
    name: unit.name,
    revision: unit.revision,
    options: unit.options,
    objects: [
      ...convertCluster(scope),
      ...networks,
      ...configs.objects,
      ...secrets.objects,
      ...services,
    ],
    external: [
      ...external,
      ...externalObjects(unit, 'config', unit.compose.configs, usedConfigs),
      ...externalObjects(unit, 'secret', unit.compose.secrets, usedSecrets),
    ],
    diagnostics,
  };
}

function externalObjects(
  unit: UnitSpec,
  kind: ObjectKind,
  declared: Readonly<Record<string, ComposeObject>>,
  usedBy: (service: ComposeService) => string[],
): DesiredUnit['external'] {
  const used = new Set(Object.values(unit.compose.services).flatMap(usedBy));
  return Object.entries(declared)
    .filter(([key, object]) => object.external && used.has(key))
    .map(([key, object]) => ({
      kind,
      name: objectName(unit, key, object),
      ...present({ place: placeOf(unit, [`${kind}s`, key]) }),
    }));
}

function usedConfigs({ configs = [], credential_spec: credentials }: ComposeService): string[] {
  return [...configs.map(({ source }) => source), ...(credentials?.config ? [credentials.config] : [])];
}

function usedSecrets({ secrets = [] }: ComposeService): string[] {
  return secrets.map(({ source }) => source);
}
