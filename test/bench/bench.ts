import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../../src/cli/style.ts';
import type { Status } from '../../src/reconcile/operator.ts';
import type { Service } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import { freePort } from '../harness/free-port.ts';
import { openLab } from '../harness/lab.ts';
import { timedLog } from '../harness/log.ts';
import { RecordingProxy } from '../harness/proxy.ts';
import { startSkep } from '../harness/skep-process.ts';
import type { SkepProcess } from '../harness/skep-process.ts';
import { bootSwarm } from '../harness/swarm.ts';
import type { TestSwarm } from '../harness/swarm.ts';
import { bareCalls, clear, skepApply, stackDeploy } from './contenders.ts';
import { driftFigures } from './drift.ts';
import { median, percentile, ratio, seconds, timed } from './figures.ts';
import { stackFile } from './stack-file.ts';

// Side by side on one real Swarm: Skep, `docker stack deploy` and the bare API calls. `npm run bench [services] [rounds]`

const services = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 3);
const log = timedLog('bench');

await bench();

async function bench(): Promise<void> {
  await using end = new AsyncDisposableStack();
  const open = await openLab(log, ['28']);
  const { lab } = open;
  end.defer(async () => void (await open.close()));
  const swarm = end.use(
    await bootSwarm(lab, { engine: '28', managers: 3, workers: 1, images: ['busybox:1.36'] }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'skep-bench-'));
  end.defer(() => rmSync(folder, { recursive: true, force: true }));
  const desired = join(folder, 'desired');
  mkdirSync(join(desired, 'stacks'), { recursive: true });
  const file = join(desired, 'stacks', 'bench.yaml');
  writeFileSync(file, stackFile(services));
  log(`${services} services on one overlay, 0 replicas, ${rounds} rounds`);

  const figures = {
    bare: [] as number[],
    first: [] as number[],
    again: [] as number[],
    skepFirst: [] as number[],
    skepAgain: [] as number[],
    writes: [] as number[],
  };
  for (let round = 1; round <= rounds; round++) {
    await oneRound(swarm, { desired, file, data: join(folder, `data-${round}`) }, figures);
    log(`round ${round} done`);
  }
  const plain = await plainRound(swarm, file);
  print(figures, plain, await daemonRound(swarm, folder));
}

type Figures = Record<'bare' | 'first' | 'again' | 'skepFirst' | 'skepAgain' | 'writes', number[]>;
type Files = { desired: string; file: string; data: string };

async function oneRound(swarm: TestSwarm, files: Files, figures: Figures): Promise<void> {
  const manager = swarm.node('m1');
  figures.first.push(await timed(() => stackDeploy(swarm, files.file, 'never')));
  figures.again.push(await timed(() => stackDeploy(swarm, files.file, 'never')));
  const specs = (await manager.docker<Service[]>('/services')).map((service) => service.Spec);
  await clear(swarm);
  figures.bare.push(await timed(() => bareCalls(manager.host, specs)));
  await clear(swarm);
  figures.skepFirst.push(await timed(() => skepApply(manager.host, files.desired, files.data)));
  const proxy = await RecordingProxy.start(manager.host);
  figures.skepAgain.push(await timed(() => skepApply(proxy.host, files.desired, files.data)));
  figures.writes.push(proxy.writes().length);
  await proxy.close();
  await clear(swarm);
}

/** `docker stack deploy` as people run it: it asks the registry for every service. Once, for it takes its time. */
async function plainRound(swarm: TestSwarm, file: string): Promise<Plain> {
  const first = await timed(() => stackDeploy(swarm, file, 'always'));
  const again = await timed(() => stackDeploy(swarm, file, 'always'));
  await clear(swarm);
  return { first, again };
}

/** What the daemon takes: for a stack that comes, for a look that finds nothing, for an edit by hand. */
async function daemonRound(swarm: TestSwarm, folder: string) {
  const manager = swarm.node('m1');
  const desired = join(folder, 'daemon');
  mkdirSync(join(desired, 'stacks'), { recursive: true });
  writeFileSync(join(desired, 'cluster.yaml'), 'cluster: { task_history_limit: 5 }\n');
  const skep = await startSkep({
    host: manager.host,
    desired,
    data: join(folder, 'data-daemon'),
    listen: `127.0.0.1:${await freePort()}`,
    log: join(folder, 'skep.log'),
  });
  try {
    await eventually(async () => isReady(skep, 'cluster'), { what: 'a start', within: 60_000 });
    writeFileSync(join(desired, 'stacks', 'bench.yaml'), stackFile(services));
    const first = await timed(() => reconcile(skep));
    await eventually(async () => isReady(skep, 'bench'), { what: 'the stack', within: 60_000 });
    const again = [];
    for (let look = 0; look < 10; look++) again.push(await timed(() => reconcile(skep)));
    const edits = await driftFigures(manager, Math.min(30, services));
    return { first, again: median(again), edits, memory: memoryOf(skep.pid) };
  } finally {
    await skep.stop();
  }
}

async function isReady(skep: SkepProcess, name: string): Promise<boolean> {
  const { units } = await skep.get<Status>('/api/v1/status');
  return units.find((unit) => unit.name === name)?.outcome?.result === 'ready';
}

/** A person asks for a reconcile, and waits for it. */
async function reconcile(skep: SkepProcess): Promise<void> {
  const answer = await fetch(`${skep.url}/api/v1/reconcile?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!answer.ok) throw new Error(`reconcile: ${answer.status} ${await answer.text()}`);
  await answer.text();
}

/** Resident memory of a process in MiB. */
function memoryOf(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}

type Plain = { first: number; again: number };
type Daemon = { first: number; again: number; edits: number[]; memory: number };

function print(figures: Figures, plain: Plain, daemon: Daemon): void {
  const first = median(figures.first);
  const again = median(figures.again);
  const row = (what: string, ms: number, than: number) => [what, seconds(ms), ratio(than, ms)];
  process.stdout.write(
    `${table([
      ['', 'median', 'than deploy without look-ups'],
      ['first apply', '', ''],
      row('  bare API calls', median(figures.bare), first),
      row('  docker stack deploy, as it comes', plain.first, first),
      row('  docker stack deploy --resolve-image never', first, first),
      row('  skep apply, a command', median(figures.skepFirst), first),
      row('  skep serve, asked to reconcile', daemon.first, first),
      ['nothing changed', '', ''],
      row('  docker stack deploy, as it comes', plain.again, again),
      row('  docker stack deploy --resolve-image never', again, again),
      row('  skep apply, a command', median(figures.skepAgain), again),
      row('  skep serve, asked to reconcile', daemon.again, again),
      ['  its writes', String(Math.max(...figures.writes)), ''],
      ['an edit by hand put right', '', ''],
      ['  p50', `${Math.round(median(daemon.edits))} ms`, ''],
      ['  p95', `${Math.round(percentile(daemon.edits, 0.95))} ms`, ''],
      ['memory of skep serve', `${Math.round(daemon.memory)} MiB`, ''],
    ])}\n`,
  );
}
