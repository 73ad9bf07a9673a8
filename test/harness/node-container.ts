import type Docker from 'dockerode';
import type { StartedTestContainer } from 'testcontainers';
import { freePort } from './free-port.ts';
import { NODE_INIT } from './images/node-init.ts';
import type { TestNetwork } from './network.ts';
import { RUN_LABEL } from './run-id.ts';
import { loadTestcontainers } from './testcontainers.ts';

const ENGINE_PORT = 2375;
const START_WITHIN = 60_000;

/** How this process reaches a node: at its own address, or, where an Engine runs in a virtual machine, at a port of this one. */
export type Reach = 'address' | 'port';

export interface NodeContainerOptions {
  engineHost: string;
  image: string;
  runId: string;
  hostname: string;
  network: TestNetwork;
  /** its address in the network, which stays the same when it is started again */
  address: string;
  reach: Reach;
}

export interface NodeContainer {
  container: StartedTestContainer;
  /** the tcp URL at which this process reaches the Engine inside */
  host: string;
}

/** Starts an Engine in a privileged container. It may not answer yet when this returns. */
export async function startNodeContainer(options: NodeContainerOptions): Promise<NodeContainer> {
  const { GenericContainer, Wait } = await loadTestcontainers(options.engineHost);
  const port = options.reach === 'port' ? await freePort() : undefined;

  class NodeContainerSpec extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      Object.assign(this.createOpts, createOptions(options));
      if (port !== undefined) publishLocally(this.hostConfig, port);
    }
  }

  const container = await new NodeContainerSpec(options.image)
    .withPrivilegedMode()
    .withHostname(options.hostname)
    .withNetworkMode(options.network.name)
    .withLabels({ [RUN_LABEL]: options.runId })
    .withTmpFs({ '/run': 'rw', '/tmp': 'rw' })
    .withEnvironment({ DOCKER_TLS_CERTDIR: '' })
    .withEntrypoint(['sh', '-c', NODE_INIT, 'sh'])
    .withCommand([
      'dockerd',
      '--host=unix:///var/run/docker.sock',
      `--host=tcp://0.0.0.0:${ENGINE_PORT}`,
      '--tls=false',
    ])
    .withAutoCleanup(false)
    .withStartupTimeout(START_WITHIN)
    // Whether the Engine answers is asked over its API: that is exact, and the same for every generation.
    .withWaitStrategy(Wait.forSuccessfulCommand('true'))
    .start();
  const host =
    port === undefined ? `tcp://${options.address}:${ENGINE_PORT}` : `tcp://127.0.0.1:${port}`;
  return { container, host };
}

/** What testcontainers has no words for: a fixed address, and the data on an anonymous volume (overlay does not stack). */
function createOptions({ network, address }: NodeContainerOptions): Docker.ContainerCreateOptions {
  return {
    Volumes: { '/var/lib/docker': {} },
    ExposedPorts: { [`${ENGINE_PORT}/tcp`]: {} },
    NetworkingConfig: {
      EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: address } } },
    },
  };
}

/** Only on this machine's own address: whoever reaches the port is root. */
function publishLocally(hostConfig: Docker.HostConfig, port: number): void {
  hostConfig.PortBindings = {
    [`${ENGINE_PORT}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }],
  };
}
