import { expect, test } from 'vitest';
import { aNode, aService, aTask, ms } from '../../test/data/swarm-objects.ts';
import { aWorld, desiredService } from '../../test/unit/world.ts';
import type { UnitPlan } from '../plan/plan-unit.ts';
import { judgeUnit } from './judge-unit.ts';

const object = desiredService(aService().Spec);
const asWanted: UnitPlan = {
  actions: [],
  stages: [],
  diagnostics: [],
  notices: [],
  objects: [object],
};

function judge(plan: UnitPlan, state: string): string {
  const service = aService({}, { UpdateStatus: { State: state } });
  const { snapshot } = aWorld({ nodes: [aNode('n1')], services: [service] });
  const observation = {
    engine: undefined as never,
    snapshot,
    scarce: new Map(),
    services: new Map([['shop_redis', service]]),
    tasks: new Map([['svc', [aTask({ slot: 1 })]]]),
  };
  return judgeUnit(plan, observation, ms(10)).get('service/shop_redis')?.reason ?? '';
}

test('a rollback is over once the files say what Swarm went back to', () => {
  expect(judge(asWanted, 'rollback_completed')).toBe('Running');
});

test('a rollback counts while the files say something else, are wrong, or are not looked at', () => {
  const action = { unit: 'shop', kind: 'service', name: 'shop_redis', action: 'blocked' };
  const wrong = { severity: 'error', code: 'x', message: '', remedy: '' };
  const suspended = { ...object, options: { ...object.options, suspend: true } };
  const plans = [
    { ...asWanted, actions: [action as never] },
    { ...asWanted, diagnostics: [wrong as never] },
    { ...asWanted, objects: [suspended] },
  ];
  for (const plan of plans) expect(judge(plan, 'rollback_completed')).toBe('RolledBack');
});

test('a rollback that did not end is told in any case', () => {
  expect(judge(asWanted, 'rollback_paused')).toBe('RollbackPaused');
});
