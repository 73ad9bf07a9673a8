import type { ComposeService } from '../spec/compose.ts';
import type { ContainerSpec } from '../swarm/types.ts';
import { effectiveCapabilities } from './capabilities.ts';
import { convertEnvironment } from './environment.ts';
import { convertHealthcheck } from './healthcheck.ts';
import { parseImageName, taggedImage } from './image-name.ts';
import { innerLabels } from './labels.ts';
import { convertMounts } from './mounts.ts';
import { omitEmpty, present } from './omit-empty.ts';
import {
  configReferences,
  convertPrivileges,
  type ObjectNames,
  secretReferences,
} from './references.ts';
import type { Scope } from './scope.ts';

/** What every task of a service runs. Compose's `entrypoint` is Swarm's `Command`, its `command` Swarm's `Args`. */
export function convertContainer(
  scope: Scope,
  key: string,
  service: ComposeService,
  names: ObjectNames,
): ContainerSpec {
  const capabilities = effectiveCapabilities(service.cap_add, service.cap_drop);
  return {
    ...omitEmpty<ContainerSpec>({
      Image: convertImage(service.image ?? ''),
      Labels: innerLabels(scope.unit, service.labels),
      Command: service.entrypoint,
      Args: service.command,
      Hostname: service.hostname,
      Env: convertEnvironment(service.environment, scope.unit.variables),
      Dir: service.working_dir,
      User: service.user,
      Groups: service.group_add,
      StopSignal: service.stop_signal,
      TTY: service.tty,
      OpenStdin: service.stdin_open,
      ReadOnly: service.read_only,
      Mounts: convertMounts(scope, key, service),
      Healthcheck: convertHealthcheck(service.healthcheck),
      Hosts: service.extra_hosts,
      DNSConfig: convertDns(service),
      Secrets: secretReferences(service, names),
      Configs: configReferences(service, names),
      Privileges: convertPrivileges(service, names),
      Isolation: convertIsolation(service.isolation),
      Sysctls: service.sysctls,
      CapabilityAdd: capabilities.add,
      CapabilityDrop: capabilities.drop,
      Ulimits: convertUlimits(service.ulimits),
      OomScoreAdj: service.oom_score_adj,
    }),
    // Zero and false are not the same as silence here.
    ...present<Pick<ContainerSpec, 'StopGracePeriod' | 'Init'>>({
      StopGracePeriod: service.stop_grace_period,
      Init: service.init,
    }),
  };
}

/** Docker's clients complete the name, the Engine keeps it as it comes. */
function convertImage(image: string): string {
  const name = parseImageName(image);
  return name ? taggedImage(name) : image;
}

/** What the Engine does not know it keeps as `default`: said here, or the two would differ for ever. */
function convertIsolation(isolation = ''): string {
  const known = isolation.toLowerCase();
  if (known === '') return '';
  return known === 'process' || known === 'hyperv' ? known : 'default';
}

function convertDns(service: ComposeService): NonNullable<ContainerSpec['DNSConfig']> {
  return omitEmpty<NonNullable<ContainerSpec['DNSConfig']>>({
    Nameservers: service.dns,
    Search: service.dns_search,
    Options: service.dns_opt,
  });
}

function convertUlimits(
  ulimits: ComposeService['ulimits'] = {},
): NonNullable<ContainerSpec['Ulimits']> {
  return Object.entries(ulimits)
    .map(([name, { soft, hard }]) => ({ Name: name, Hard: hard, Soft: soft }))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
}
