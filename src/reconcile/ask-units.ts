import type { Controller } from './controller.ts';
import type { Allow } from './operator.ts';
import type { Outcome } from './outcome.ts';
import { startAfresh, type UnitRecord } from './unit-record.ts';

export type Request = {
  /** All units when absent. */
  units?: readonly string[] | undefined;
  by: string;
  allow?: Allow | undefined;
  /** Whether the answer comes after the next run of each unit, or once it has come to rest. */
  until: 'run' | 'rest';
};

/**
 * Looks at the files, then queues units ahead of background work. The answer holds their names; `outcomes` resolves later.
 */
export async function askUnits(
  controller: Controller,
  { units: names, by, allow = {}, until }: Request,
): Promise<{ names: string[]; outcomes: Promise<Record<string, Outcome>> }> {
  await controller.filesChanged();
  controller.parts.observations.invalidate();
  const asked = controller.units.all().filter(({ name }) => names?.includes(name) ?? true);
  const outcomes = Promise.all(asked.map((unit) => nextOutcome(unit, until)));
  for (const unit of asked) askUnit(controller, unit, by, allow);
  return {
    names: asked.map(({ name }) => name),
    outcomes: outcomes.then((all) => Object.fromEntries(all)),
  };
}

/** A person asks: earlier failures and repairs no longer hold the unit back. */
export function askUnit(controller: Controller, unit: UnitRecord, by: string, allow: Allow): void {
  unit.allow = { ...unit.allow, ...allow };
  startAfresh(unit);
  controller.parts.heal.reset(`${unit.name} `);
  controller.parts.guests.reset(unit.name);
  controller.queue.add(unit.name, 'user', by);
}

function nextOutcome(unit: UnitRecord, until: Request['until']): Promise<[string, Outcome]> {
  return new Promise((resolve) => {
    unit.waiters.push({ until, resolve: (outcome) => resolve([unit.name, outcome]) });
  });
}
