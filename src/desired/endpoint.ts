import type { ComposePort, ComposeService } from '../spec/compose.ts';
import type { EndpointSpec, PortConfig } from '../swarm/types.ts';
import { omitEmpty } from './omit-empty.ts';

/** Always there, as `docker stack deploy` sends it: an endpoint added later makes every update restart every task. */
export function convertEndpoint(service: ComposeService): EndpointSpec {
  const ports = (service.ports ?? []).map(convertPort).sort(byPublished);
  return {
    Mode: service.deploy?.endpoint_mode?.toLowerCase() || 'vip',
    ...(ports.length > 0 && { Ports: ports }),
  };
}

function convertPort(port: ComposePort): PortConfig {
  return omitEmpty<PortConfig>({
    Protocol: port.protocol,
    TargetPort: port.target,
    PublishedPort: port.published,
    PublishMode: port.mode,
  });
}

function byPublished(a: PortConfig, b: PortConfig): number {
  return (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0);
}
