import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Resource, Status } from '../../src/reconcile/operator.ts';
import type { SwarmNode, Task } from '../../src/swarm/types.ts';
import { freePort } from '../harness/free-port.ts';
import { openLab } from '../harness/lab.ts';
import { timedLog } from '../harness/log.ts';
import { bootSwarm } from '../harness/swarm.ts';
import type { TestSwarm } from '../harness/swarm.ts';
import { liveBlock } from './live.ts';
import { hasConverged, picture } from './picture.ts';
import { startSkep } from '../harness/skep-process.ts';
import type { SkepProcess } from '../harness/skep-process.ts';

// The main job, to look at: a throwaway Swarm of three nodes, Skep reconciling desired/ onto it, until Ctrl-C.

const desired = fileURLToPath(new URL('../../desired', import.meta.url));
const standIns = ['redis:7', 'subicura/counter:latest', 'busybox:1.36'];
const usualPort = 7420;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());

const log = timedLog('demo');
process.exitCode = await demo();

async function demo(): Promise<number> {
  await using end = new AsyncDisposableStack();
  log(
    'a throwaway Swarm of one manager and two workers, in containers; Ctrl-C ends it and leaves nothing behind',
  );
  const open = await openLab(log, ['28']);
  const { lab } = open;
  end.defer(async () => {
    await open.close();
    log('everything is removed');
  });
  if (stopped.signal.aborted) return 130;
  const swarm = end.use(
    await bootSwarm(lab, { engine: '28', managers: 1, workers: 2, images: standIns }),
  );
  log(`the Swarm is up: docker --host ${swarm.node('m1').host} node ls`);
  const folder = mkdtempSync(join(tmpdir(), 'skep-demo-'));
  end.defer(() => rmSync(folder, { recursive: true, force: true }));
  const skep = await startSkep({
    host: swarm.node('m1').host,
    desired,
    data: folder,
    listen: `127.0.0.1:${await freePort(usualPort)}`,
    log: join(folder, 'skep.log'),
  });
  end.defer(async () => void (await skep.stop()));
  log(`Skep reconciles ${desired}; its log is ${join(folder, 'skep.log')}`);
  await watch(swarm, skep);
  log('stopping');
  return 0;
}

/** Draws until Ctrl-C; says once when the cluster is as the files say. */
async function watch(swarm: TestSwarm, skep: SkepProcess): Promise<void> {
  const draw = liveBlock(process.stdout);
  let announced = false;
  while (!stopped.signal.aborted) {
    const view = await look(swarm, skep);
    const converged = hasConverged(view.status);
    draw([...picture(view), '', ...(converged ? invitation(swarm, skep) : ['…'])]);
    if (converged && !announced) log('the cluster is as desired/ says');
    announced ||= converged;
    await pause(500, undefined, { signal: stopped.signal }).catch(() => undefined);
  }
}

async function look(swarm: TestSwarm, skep: SkepProcess) {
  const manager = swarm.node('m1');
  const [status, resources, nodes, tasks] = await Promise.all([
    skep.get<Status>('/api/v1/status'),
    skep.get<{ items: Resource[] }>('/api/v1/resources'),
    manager.docker<SwarmNode[]>('/nodes'),
    manager.docker<Task[]>('/tasks'),
  ]);
  return { status, resources: resources.items, nodes, tasks, colour: process.stdout.isTTY };
}

function invitation(swarm: TestSwarm, skep: SkepProcess): string[] {
  return [
    `status page  ${skep.url}`,
    `break it     docker --host ${swarm.node('m1').host} service rm counter_counter`,
    `change it    edit a file in ${desired}`,
  ];
}
