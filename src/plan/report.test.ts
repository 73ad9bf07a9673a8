import { expect, test } from 'vitest';
import { aUnit, aWorld, desiredService, options } from '../../test/unit/world.ts';
import { planUnit } from './plan-unit.ts';
import { planReport } from './report.ts';

test('a report has what a person may see, and nothing of the specs', () => {
  const web = desiredService({
    Name: 'shop_web',
    TaskTemplate: { ContainerSpec: { Image: 'redis:7', Env: ['PASSWORD=hunter2'] } },
  });
  const warning = { severity: 'warning' as const, code: 'x', message: 'x' };
  const report = planReport([planUnit(aUnit([web]), aWorld(), options)], [warning]);
  expect(report).toStrictEqual({
    actions: [
      {
        unit: 'shop',
        kind: 'service',
        name: 'shop_web',
        action: 'create',
        restarts: false,
        reason: 'It does not exist.',
        changes: [
          { path: 'image', from: null, to: 'redis:7' },
          { path: 'env.PASSWORD', from: null, to: '(sensitive)' },
        ],
      },
    ],
    warnings: [warning],
    errors: [],
  });
  expect(JSON.stringify(report)).not.toContain('hunter2');
});
