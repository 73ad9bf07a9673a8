import type { PortConfig, ServiceSpec } from '../../swarm/types.ts';
import { or } from './canonical.ts';
import { type Field, setList, single } from './field.ts';

const at = ['EndpointSpec', 'Ports'];

/**
 * A service made without an EndpointSpec that later gets one restarts its tasks at every update from then on, so the key
 * comes only with a true change, and never goes. https://github.com/moby/swarmkit/issues/1057
 */
export const endpoint: Field[] = [
  single('endpoint_mode', ['EndpointSpec', 'Mode'], or('vip')),
  {
    path: 'ports',
    at,
    restarts: true,
    read: (spec) => portsOf(spec).map(portText).sort(),
    write(next, desired) {
      const missing = portsOf(desired);
      const kept = portsOf(next).filter((port) => takeOut(missing, portText(port)));
      if (next.EndpointSpec === undefined) next.EndpointSpec = { Mode: 'vip' };
      setList(next, at, [...kept, ...missing]);
    },
  },
];

function portsOf(spec: ServiceSpec): PortConfig[] {
  return [...(spec.EndpointSpec?.Ports ?? [])];
}

/** As Compose's short form has it: `8080:80/tcp`; without a published port the Swarm chooses. */
function portText(port: PortConfig): string {
  const published = port.PublishedPort ? `${port.PublishedPort}:` : '';
  const mode = port.PublishMode === 'host' ? ' (host)' : '';
  return `${published}${port.TargetPort}/${port.Protocol || 'tcp'}${mode}`;
}

function takeOut(ports: PortConfig[], text: string): boolean {
  const index = ports.findIndex((port) => portText(port) === text);
  if (index < 0) return false;
  ports.splice(index, 1);
  return true;
}
