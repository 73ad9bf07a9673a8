import type { ComposeService } from '../spec/compose.ts';
import type { ServiceSpec, TaskSpec } from '../swarm/types.ts';
import { convertContainer } from './container.ts';
import { type After, dependencies } from './depends-on.ts';
import { valueHash } from './content-hash.ts';
import type { DesiredService } from './desired.ts';
import { convertEndpoint } from './endpoint.ts';
import { objectLabels, skepLabels, stackLabels } from './labels.ts';
import { checkDistinct, checkName, scopedName } from './names.ts';
import { attachments } from './networks.ts';
import { present, omitEmpty } from './omit-empty.ts';
import { optionsFor } from './options.ts';
import { convertMode, convertPlacement } from './placement.ts';
import type { ObjectNames } from './references.ts';
import { convertResources } from './resources.ts';
import { convertRestartPolicy, convertUpdateConfig } from './rollout.ts';
import { placeOf, type Scope } from './scope.ts';

/** The services of a unit, referring to configs and secrets by the given names. */
export function convertServices(scope: Scope, names: ObjectNames): DesiredService[] {
  const after = dependencies(scope.unit);
  const named = Object.keys(scope.unit.compose.services).map((key) => ({
    name: scopedName(scope.unit, key),
    path: ['services', key],
  }));
  for (const { name, path } of named) checkName(scope, 'service', name, path);
  checkDistinct(scope, 'service', named);
  return Object.entries(scope.unit.compose.services).map(([key, service]) =>
    convertService(scope, key, service, names, after.get(key) ?? []),
  );
}

function convertService(
  scope: Scope,
  key: string,
  service: ComposeService,
  names: ObjectNames,
  after: After[],
): DesiredService {
  const { unit } = scope;
  const spec = serviceSpec(scope, key, service, names);
  return {
    kind: 'service',
    unit: unit.name,
    name: scopedName(unit, key),
    options: optionsFor(unit.options, service['x-skep']),
    ...present({ place: placeOf(unit, ['services', key]) }),
    spec,
    hash: valueHash(spec),
    after,
  };
}

function serviceSpec(
  scope: Scope,
  key: string,
  service: ComposeService,
  names: ObjectNames,
): ServiceSpec {
  const deploy = service.deploy ?? {};
  return present<ServiceSpec>({
    Name: scopedName(scope.unit, key),
    Labels: {
      ...objectLabels(scope.unit, deploy.labels),
      [stackLabels.image]: service.image ?? '',
      ...(optionsFor(scope.unit.options, service['x-skep']).prune === false && {
        [skepLabels.prune]: 'false',
      }),
    },
    TaskTemplate: taskSpec(scope, key, service, names),
    Mode: convertMode(deploy),
    UpdateConfig: convertUpdateConfig(deploy.update_config),
    RollbackConfig: convertUpdateConfig(deploy.rollback_config),
    EndpointSpec: convertEndpoint(service),
  });
}

function taskSpec(
  scope: Scope,
  key: string,
  service: ComposeService,
  names: ObjectNames,
): TaskSpec {
  const networks = attachments(scope.unit, key, service);
  return present<TaskSpec>({
    ContainerSpec: convertContainer(scope, key, service, names),
    Resources: convertResources(service.deploy?.resources),
    RestartPolicy: convertRestartPolicy(service),
    Placement: convertPlacement(service.deploy?.placement),
    Networks: networks.length > 0 ? networks : undefined,
    LogDriver: service.logging && convertLogging(service.logging),
  });
}

function convertLogging(
  logging: NonNullable<ComposeService['logging']>,
): NonNullable<TaskSpec['LogDriver']> {
  return omitEmpty<NonNullable<TaskSpec['LogDriver']>>({
    Name: logging.driver,
    Options: logging.options,
  });
}
