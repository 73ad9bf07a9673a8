import type { PlanReport, Status, UnitStatus } from '../../src/reconcile/operator.ts';
import { eventually } from '../harness/await.ts';
import type { Live } from './live.ts';
import { mistakes } from './mistakes.ts';
import type { Scene } from './step.ts';

/** Waits until the Swarm is as the files say and Skep says so too; returns what is live then. */
export async function settled(scene: Scene, within: number): Promise<Live> {
  return await eventually(async () => await look(scene), {
    what: 'everything to be as the files say',
    within,
    every: 300,
  });
}

async function look(scene: Scene): Promise<Live> {
  const { arena } = scene;
  const { wish, skep } = arena;
  const status = await skep.get<Status>('/api/v1/status');
  await answerQuestions(scene, status);
  const live = await arena.live();
  demandNone(mistakes(wish, live));
  demandNone(complaints(status, ['cluster', ...wish.stacks.keys()]));
  const { actions, errors } = await skep.get<PlanReport>('/api/v1/plan');
  demandNone([...actions, ...errors].map((one) => `the plan has ${JSON.stringify(one)}`));
  return live;
}

function complaints({ ready, checks, units }: Status, wanted: string[]): string[] {
  const names = units
    .map(({ name }) => name)
    .toSorted()
    .join(' ');
  const expected = wanted.toSorted().join(' ');
  return [
    ...(ready ? [] : [`Skep is not ready: ${JSON.stringify(checks)}`]),
    ...(names === expected ? [] : [`Skep has the units ${names}, not ${expected}`]),
    ...units.filter((unit) => !isAtRest(unit)).map((unit) => `the unit ${JSON.stringify(unit)}`),
  ];
}

function isAtRest({ outcome, sync, operation }: UnitStatus): boolean {
  return outcome?.result === 'ready' && sync === 'synced' && operation === null;
}

/** Does what a person would when Skep asks for one, and only when there is a reason for the question. */
async function answerQuestions(scene: Scene, { units }: Status): Promise<void> {
  const { arena, ledger } = scene;
  for (const { name, outcome } of units) {
    if (outcome === null || !('reason' in outcome)) continue;
    if (outcome.reason === 'PruneRefused' && ledger.removedFrom(name)) {
      await allowPrune(arena.skep.url, name);
    }
    if (outcome.reason === 'Contested') await arena.giveAnew(name);
  }
}

async function allowPrune(url: string, unit: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/reconcile`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ units: [unit], allow: { prune: true } }),
  });
  await answer.arrayBuffer();
}

function demandNone(found: string[]): void {
  if (found.length > 0) throw new Error(found.join('; '));
}
