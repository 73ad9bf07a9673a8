import type { DesiredUnit } from '../desired/desired.ts';
import type { DesiredSet } from './desired-set.ts';
import type { LoopParts } from './loop-parts.ts';

/** What is wanted by the units for which something may be written: the only ones that another may count on. */
export function runningUnits(
  { lastGood }: DesiredSet,
  { history, only }: Pick<LoopParts, 'history' | 'only'>,
): DesiredUnit[] {
  const suspended = history.suspendedUnits();
  return lastGood
    .filter(({ name, options }) => options.suspend !== true && !suspended.includes(name))
    .filter(({ name }) => only?.includes(name) ?? true);
}
