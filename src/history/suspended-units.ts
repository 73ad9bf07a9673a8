import type { History } from './history.ts';

type UnitStates = Pick<History, 'suspendedUnits' | 'unitState' | 'saveUnitState' | 'forgetUnit'>;

/** Which units a person has suspended, beside the database: that nothing is written for them outlives its loss. */
export class SuspendedUnits {
  readonly #names = new Set<string>();

  learn(states: UnitStates): void {
    for (const name of states.suspendedUnits()) this.#names.add(name);
  }

  teach(states: UnitStates): void {
    const known = new Set(states.suspendedUnits());
    for (const name of this.#names) {
      if (known.has(name)) continue;
      const state = states.unitState(name) ?? { appliedRevision: null, refused: {} };
      states.saveUnitState(name, { ...state, suspended: true });
    }
  }

  /** The same calls, listened to. */
  heeding<T extends UnitStates>(states: T): T {
    return {
      ...states,
      saveUnitState: (name, state) => {
        states.saveUnitState(name, state);
        if (state.suspended) this.#names.add(name);
        else this.#names.delete(name);
      },
      forgetUnit: (name) => {
        states.forgetUnit(name);
        this.#names.delete(name);
      },
    };
  }
}
