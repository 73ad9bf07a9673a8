import type { History, UnitState } from '../history/history.ts';
import type { UnitRecord } from './unit-record.ts';

export function stateOf(history: History, unit: string): UnitState {
  return history.unitState(unit) ?? { suspended: false, appliedRevision: null, refused: {} };
}

/** Stands for every unit, those to come too; no unit is called so. */
const everyUnit = '*';

/** Suspended by a person, alone or with all others, or by its own file. Nothing is written for it, and nothing of it is removed. */
export function isSuspended(unit: UnitRecord, history: History): boolean {
  return (
    unit.desired?.options.suspend === true ||
    stateOf(history, unit.name).suspended ||
    allSuspended(history)
  );
}

export function allSuspended(history: History): boolean {
  return stateOf(history, everyUnit).suspended;
}

/** Suspends all units until they are resumed together; whoever resumes all also resumes those that were suspended alone. */
export function setAllSuspended(suspended: boolean, history: History): void {
  setSuspended(everyUnit, suspended, history);
  if (suspended) return;
  for (const unit of history.suspendedUnits()) setSuspended(unit, false, history);
}

/** Takes over what the Skep that leads says of suspended units. */
export function takeSuspended(units: readonly string[], history: History): void {
  const known = history.suspendedUnits();
  for (const unit of units) if (!known.includes(unit)) setSuspended(unit, true, history);
  for (const unit of known) if (!units.includes(unit)) setSuspended(unit, false, history);
}

export function setSuspended(unit: string, suspended: boolean, history: History): void {
  history.saveUnitState(unit, { ...stateOf(history, unit), suspended });
}
