import type { Service } from '../../src/swarm/types.ts';
import { eventually } from '../harness/await.ts';
import type { TestNode } from '../harness/node.ts';

/** Edits services by hand, one after another, and answers how long each took to be put right, in ms from the edit. */
export async function driftFigures(node: TestNode, edits: number): Promise<number[]> {
  const services = await node.docker<Service[]>('/services');
  const figures: number[] = [];
  for (const service of services.slice(0, edits)) figures.push(await oneEdit(node, service));
  return figures;
}

async function oneEdit(node: TestNode, { ID }: Service): Promise<number> {
  const before = await node.docker<Service>(`/services/${ID}`);
  const spec = structuredClone(before.Spec);
  spec.TaskTemplate.ContainerSpec?.Env?.push('BY_HAND=1');
  const started = performance.now();
  await node.client.getService(ID).update({ ...spec, version: before.Version.Index });
  await eventually(
    async () => {
      const now = await node.docker<Service>(`/services/${ID}`);
      return !now.Spec.TaskTemplate.ContainerSpec?.Env?.includes('BY_HAND=1');
    },
    { what: 'the edit to be put right', within: 30_000, every: 5 },
  );
  return performance.now() - started;
}
