import type { Engine } from '../../swarm/engine.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import { openEngine } from '../open-engine.ts';
import type { Context } from '../command.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/** The Engine answers, its API fits, its node manages a Swarm, and that Swarm has a quorum to spare. */
export async function engineFindings(context: Context): Promise<Finding[]> {
  const { host } = context.settings;
  let engine: Engine | undefined;
  const reach = await finding(
    'engine',
    'Set --host or DOCKER_HOST; to read the socket, be root or in the group of the socket.',
    async () => {
      engine = await openEngine(context);
      return `${host}, Engine ${engine.engineVersion}, API ${engine.apiVersion}`;
    },
  );
  if (!engine) return [reach];
  const open = engine;
  try {
    return [
      reach,
      await finding('manager', managerRemedy, () => manager(open)),
      await finding('quorum', 'Bring managers back, or demote the dead ones.', () => quorum(open)),
      await finding('clock', 'Run a time service (chrony, systemd-timesyncd) on every node.', () =>
        clockSkew(open),
      ),
    ];
  } finally {
    engine.close();
  }
}

const managerRemedy =
  'Point --host at a manager; run "docker swarm unlock" on one that is locked, "docker swarm init" where there is no Swarm yet.';

async function manager(engine: Engine): Promise<string> {
  const self = await engine.self();
  if (!self.manager) throw new Error(`this node is ${self.state} and no manager`);
  await engine.swarm();
  return `node ${self.nodeId} manages the Swarm`;
}

async function quorum(engine: Engine): Promise<string> {
  const managers = (await engine.nodes()).filter((node) => node.ManagerStatus);
  const reachable = managers.filter(isReachable).length;
  const spare = reachable - (Math.floor(managers.length / 2) + 1);
  if (reachable < managers.length) {
    throw new Error(
      `${reachable} of ${managers.length} managers are reachable, ${spare} may still fail`,
    );
  }
  const advice =
    managers.length % 2 === 0 ? '; an odd number would tolerate as much with one less' : '';
  return `${managers.length} managers, all reachable, ${spare} may fail${advice}`;
}

function isReachable(node: SwarmNode): boolean {
  return node.ManagerStatus?.Reachability === 'reachable';
}

const mostSkewMs = 30_000;

/** Schedules follow this machine's clock, history and certificates the Swarm's. The newest thing the Swarm wrote must not lie ahead. */
async function clockSkew(engine: Engine): Promise<string> {
  const newest = Math.max(...(await engine.nodes()).map((node) => Date.parse(node.UpdatedAt)));
  const ahead = newest - Date.now();
  if (ahead > mostSkewMs)
    throw new Error(`the Swarm's clock is ${Math.round(ahead / 1000)} s ahead of this one`);
  return 'this clock is not behind the Swarm';
}
