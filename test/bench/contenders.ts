import { fileURLToPath } from 'node:url';
import type { Network, Service } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { command } from '../harness/command.ts';
import type { TestSwarm } from '../harness/swarm.ts';

const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));
const within = 300_000;

/** `docker stack deploy`, as a whole command. */
export async function stackDeploy(
  swarm: TestSwarm,
  file: string,
  resolve: 'always' | 'never',
): Promise<void> {
  await swarm.docker([
    'stack',
    'deploy',
    '--detach=true',
    '--resolve-image',
    resolve,
    '-c',
    file,
    'bench',
  ]);
}

/** `skep apply`, as a whole command. */
export async function skepApply(host: string, desired: string, data: string): Promise<void> {
  await command(
    process.execPath,
    [
      bin,
      'apply',
      '--host',
      host,
      '--desired',
      desired,
      '--data',
      data,
      '--resolve-image',
      'never',
    ],
    { within },
  );
}

/** The bare API calls, 16 at once: the floor under everybody. */
export async function bareCalls(host: string, specs: readonly Service['Spec'][]): Promise<void> {
  const network = await post<{ Id: string }>(host, '/networks/create', {
    Name: 'bench_mesh',
    Driver: 'overlay',
    Labels: { 'com.docker.stack.namespace': 'bench' },
    IPAM: { Config: [{ Subnet: '10.20.0.0/16' }] },
  });
  const left = [...specs];
  const worker = async () => {
    for (let spec = left.pop(); spec; spec = left.pop()) {
      const task = { ...spec.TaskTemplate, Networks: [{ Target: network.Id }] };
      await post(host, '/services/create', { ...spec, TaskTemplate: task });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** Takes the stack away and waits until it is gone. */
export async function clear(swarm: TestSwarm): Promise<void> {
  await swarm.docker(['stack', 'rm', 'bench']);
  await eventually(
    async () => {
      const node = swarm.node('m1');
      const services = await node.docker<Service[]>('/services');
      const networks = await node.docker<Network[]>('/networks');
      return services.length === 0 && !networks.some((network) => network.Name === 'bench_mesh');
    },
    { what: 'the stack to be gone', within: 60_000 },
  );
}

async function post<T>(host: string, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${host.replace('tcp:', 'http:')}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
