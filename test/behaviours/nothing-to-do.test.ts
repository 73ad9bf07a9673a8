import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Service, Task } from '../../src/swarm/types.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { bootSwarm, type TestSwarm } from '../harness/swarm.ts';
import { everyForm, makeExternals } from './every-form.ts';
import { Ground } from './ground.ts';
import { RunningSkep } from './running-skep.ts';

const lab = inject('lab');
const files = {
  'cluster.yaml': `
cluster: { task_history_limit: 3, node_cert_expiry: 2160h }
nodes:
  m1: { availability: active, labels: { disk: ssd } }
tokens:
  worker: { rotate: "0 3 * * 0", timezone: Asia/Seoul }
networks:
  backend: { driver: overlay, attachable: true, ipam: { config: [ { subnet: 10.77.9.0/24 } ] } }
`,
  'stacks/shop/compose.yaml': `
services:
  web:
    image: ${lab.workload}
    command: [sleep, "3600"]
    stop_grace_period: 1s
    environment: { COLOUR: green, EMPTY: "" }
    networks: { backend: { aliases: [front] } }
    configs: [ { source: page, target: /page.html, mode: 0444 } ]
    secrets: [ key ]
    volumes: [ "data:/data" ]
    healthcheck: { test: ["CMD", "true"], interval: 2s }
    cap_add: [ NET_ADMIN ]
    dns: [ 10.77.9.1 ]
    deploy:
      replicas: 2
      endpoint_mode: dnsrr
      resources: { limits: { cpus: "0.5", memory: 64M } }
      restart_policy: { condition: any, delay: 1s }
      placement: { constraints: [ "node.labels.disk == ssd" ] }
      update_config: { parallelism: 1, order: start-first, failure_action: rollback }
configs:
  page: { file: ./page.html }
secrets:
  key: { file: ./key.txt }
volumes:
  data: {}
networks:
  backend: { external: true }
`,
  'stacks/shop/page.html': '<h1>bees</h1>',
  'stacks/shop/key.txt': 'honey',
  ...Object.fromEntries(
    Object.entries(everyForm(lab.workload)).map(([path, text]) => [`stacks/forms/${path}`, text]),
  ),
};
const units = ['cluster', 'forms', 'shop'];
const ready = Object.fromEntries(units.map((unit) => [unit, { result: 'ready' }]));

let swarm: TestSwarm;

beforeAll(async () => {
  swarm = await bootSwarm(lab, { engine: '28', managers: 1, workers: 0 });
  await makeExternals((args) => swarm.docker(args));
  await using skep = await RunningSkep.start(swarm.node('m1').host, files);
  await skep.ready(units);
});

afterAll(async () => {
  await swarm?.dispose();
});

/** Versions of every service, and the tasks that run. */
async function state() {
  const node = swarm.node('m1');
  const services = await node.docker<Service[]>('/services');
  const tasks = await node.docker<Task[]>('/tasks');
  return {
    versions: services.map((one) => `${one.Spec.Name} ${one.Version.Index}`).toSorted(),
    tasks: tasks.filter((task) => task.DesiredState === 'running').map((task) => task.ID),
  };
}

test('a Skep with a memory of its own adopts what is there, and writes nothing', async () => {
  const before = await state();
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, files);
  await skep.ready(units);

  for (let round = 0; round < 3; round += 1) {
    const { outcomes } = await skep.operator.reconcile({ by: 'test', wait: true });
    expect(outcomes).toEqual(ready);
  }
  expect(proxy.writes()).toEqual([]);
  expect(await state()).toEqual(before);
  expect(skep.operator.history.runs({}).items).toEqual([]);
});

test('a look at the whole Swarm is a handful of calls', async () => {
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, files);
  await skep.ready(units);
  await proxy.quiet();
  proxy.requests.length = 0;
  await skep.operator.reconcile({ by: 'test', wait: true });
  expect(proxy.requests.length).toBeLessThanOrEqual(9);
});

test('a plan of the same files is empty', async () => {
  await using skep = await RunningSkep.start(swarm.node('m1').host, files);
  await skep.ready(units);
  expect((await skep.operator.plan({})).actions).toEqual([]);
});

test('another spelling of the same is left as it is', async () => {
  await new Ground(swarm).update('forms_web', (spec) => {
    const { ContainerSpec: container, Placement, Networks } = spec.TaskTemplate;
    container?.Env?.reverse();
    container?.Mounts?.reverse();
    container?.Secrets?.reverse();
    container?.Configs?.reverse();
    container?.CapabilityAdd?.reverse();
    Networks?.reverse();
    spec.EndpointSpec?.Ports?.reverse();
    Placement?.Constraints?.splice(0, 9, 'node.platform.os == linux', 'node.role==manager');
    if (container)
      container.Image = `docker.io/${container.Image?.includes('/') ? '' : 'library/'}${container.Image}`;
    return spec;
  });
  await using proxy = await RecordingProxy.start(swarm.node('m1').host);
  await using skep = await RunningSkep.start(proxy.host, files);
  await skep.ready(units);
  expect(proxy.writes()).toEqual([]);
  expect((await skep.operator.plan({})).actions).toEqual([]);
});
