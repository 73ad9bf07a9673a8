import type { SwarmNode } from '../../src/swarm/types.ts';
import type { TestNode } from '../harness/node.ts';
import type { Fault as ProxyFault } from '../harness/proxy.ts';
import type { Arena } from './arena.ts';
import type { Fault, Scene } from './step.ts';

/** Between Skep and its Engine. */
function between(name: string, fault: ProxyFault, { anew = false } = {}): Fault {
  return {
    name,
    async begin({ arena: { proxy } }) {
      const lift = proxy.fault(fault);
      // What is connected already, as the stream of events is, meets no fault.
      if (anew) proxy.cutAll();
      return lift;
    },
  };
}

const write = { method: /POST|DELETE/ };

const cutAgainAndAgain: Fault = {
  name: 'all connections cut again and again',
  async begin({ arena: { proxy } }) {
    const timer = setInterval(() => proxy.cutAll(), 700);
    return () => clearInterval(timer);
  },
};

const killed: Fault = {
  name: 'Skep killed (kill -9)',
  async begin({ arena }) {
    await arena.skep.kill();
    return async () => await arena.startSkep();
  },
};

const killedAtWrite: Fault = {
  name: 'Skep killed while a write is under way',
  async begin({ arena }) {
    const lift = arena.proxy.fault({ ...write, kind: 'mute', times: 1 });
    return async () => {
      await arena.skep.kill();
      arena.proxy.cutAll();
      lift();
      await arena.startSkep();
    };
  },
};

const stopped: Fault = {
  name: 'Skep stopped (SIGTERM)',
  async begin({ arena }) {
    const code = await arena.skep.stop();
    if (code !== 0) throw new Error(`Skep ended with ${code}`);
    return async () => await arena.startSkep();
  },
};

const frozen: Fault = {
  name: 'Skep frozen',
  async begin({ arena }) {
    arena.skep.signal('SIGSTOP');
    return () => arena.skep.signal('SIGCONT');
  },
};

/** Nodes that are taken away, and given back. */
function away(
  name: string,
  which: (scene: Scene) => Promise<TestNode[]> | TestNode[],
  take: 'kill' | 'pause',
): Fault {
  return {
    name,
    ofNodes: true,
    async begin(scene) {
      const { arena, ledger } = scene;
      const nodes = await which(scene);
      ledger.nodesFail();
      for (const node of nodes) arena.down.add(node);
      await Promise.all(nodes.map((node) => (take === 'kill' ? node.kill() : node.pause())));
      return async () => {
        await Promise.all(nodes.map((node) => (take === 'kill' ? node.start() : node.unpause())));
        for (const node of nodes) arena.down.delete(node);
        ledger.nodesFail();
      };
    },
  };
}

async function leader({ arena }: Scene): Promise<TestNode[]> {
  const nodes = await arena.hand.docker<SwarmNode[]>('/nodes');
  const found = nodes.find(({ ManagerStatus }) => ManagerStatus?.Leader === true);
  return [arena.swarm.node(found?.Description.Hostname ?? '')];
}

const own = ({ arena }: { arena: Arena }) => [arena.swarm.node('m1')];
const others = ({ arena }: { arena: Arena }) => [arena.swarm.node('m2'), arena.swarm.node('m3')];

/** All that breaks. */
export const faults: readonly Fault[] = [
  between('every call answered 500', { kind: 'error' }),
  between('every answer cut', { kind: 'cut' }),
  between('every call hangs', { kind: 'hold' }, { anew: true }),
  between('no call answered', { kind: 'mute' }, { anew: true }),
  between('writes answered 500', { ...write, kind: 'error' }),
  between('answers of writes cut', { ...write, kind: 'cut' }),
  between('reads slow', { method: 'GET', kind: 'slow', afterMs: 1_500 }),
  between('event stream dead', { path: /^\/events/, kind: 'mute' }, { anew: true }),
  between('each event a thousand times', { path: /^\/events/, kind: 'repeat' }, { anew: true }),
  cutAgainAndAgain,
  killed,
  killedAtWrite,
  stopped,
  frozen,
  away("Skep's Engine killed", own, 'kill'),
  away("Skep's Engine paused", own, 'pause'),
  away('leader killed', leader, 'kill'),
  away('leader paused', leader, 'pause'),
  away('quorum lost (two of three killed)', others, 'kill'),
];
