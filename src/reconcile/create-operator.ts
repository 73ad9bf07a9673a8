import { randomUUID } from 'node:crypto';
import type { Controller, ControllerOptions } from './controller.ts';
import { desiredSetFrom } from './desired-set.ts';
import type { Allow, Operator, ReconcileReceipt, ReconcileRequest } from './operator.ts';
import type { Outcome } from './outcome.ts';
import { planAll } from './plan-all.ts';
import { rotateToken } from './rotate-token.ts';
import { statusOf } from './status.ts';
import { isSuspended, setSuspended } from './suspend.ts';
import { tokenStatus } from './token-slots.ts';
import { startAfresh, type UnitRecord } from './unit-record.ts';
import { clusterUnit } from '../spec/spec-set.ts';

/** What people and other programs may ask of the loop. */
export function createOperator(controller: Controller, options: ControllerOptions): Operator {
  const { parts, units, queue } = controller;
  const { history, clock, news, observations, wishes } = parts;
  const startedAt = clock.now();

  function ask(unit: UnitRecord, by: string, allow: Allow): void {
    unit.allow = { ...unit.allow, ...allow };
    startAfresh(unit);
    parts.heal.reset(`${unit.name} `);
    queue.add(unit.name, 'user', by);
  }

  function suspend(name: string, by: string, suspended: boolean): boolean {
    const unit = units.get(name);
    if (unit === undefined) return false;
    setSuspended(name, suspended, history);
    news.tell(suspended ? 'unit.suspended' : 'unit.resumed', name, { by });
    ask(unit, by, {});
    return true;
  }

  return {
    status() {
      const { link, observeProblem, set } = controller.known;
      const { version, directory } = options;
      return statusOf({
        version,
        startedAt,
        directory,
        link: link.state,
        observeProblem,
        set,
        units: units.all(),
        isSuspended: (unit) => isSuspended(unit, history),
      });
    },

    resources({ kind, unit }) {
      return units
        .all()
        .filter((record) => unit === undefined || record.name === unit)
        .flatMap((record) => record.resources)
        .filter((resource) => kind === undefined || resource.kind === kind);
    },

    async plan({ unit, files, allow }) {
      observations.invalidate();
      if (files === undefined) wishes.invalidate();
      const [set, observation] = await Promise.all([
        files === undefined
          ? wishes.get()
          : options
              .readFiles(files)
              .then((specs) => desiredSetFrom(specs, units.known(), clock.now())),
        observations.get(),
      ]);
      return planAll(set, observation, history, { unit, allow, now: clock.now() });
    },

    async reconcile({ units: names, allow = {}, by, wait }: ReconcileRequest) {
      await controller.filesChanged();
      observations.invalidate();
      const asked = units.all().filter(({ name }) => names?.includes(name) ?? true);
      const runs = asked.map((unit) => outcomeOf(unit, 'run'));
      for (const unit of asked) ask(unit, by, allow);
      const receipt: ReconcileReceipt = {
        request: randomUUID(),
        units: asked.map(({ name }) => name),
      };
      return wait ? { ...receipt, outcomes: Object.fromEntries(await Promise.all(runs)) } : receipt;
    },

    suspend: (unit, by) => suspend(unit, by, true),
    resume: (unit, by) => suspend(unit, by, false),

    tokens() {
      const swarm = controller.known.observation?.snapshot.swarm;
      return tokenStatus(units.get(clusterUnit), swarm, history, clock.now());
    },

    async rotate(role, by) {
      const row = await rotateToken(role, by, await options.link.engine(), parts);
      observations.invalidate();
      return row;
    },

    subscribe: (listener) => news.subscribe(listener),
    history,
  };
}

/** The outcome of the next run of a unit that begins from now on, or of the one that brings it to rest. */
export function outcomeOf(unit: UnitRecord, until: 'run' | 'rest'): Promise<[string, Outcome]> {
  return new Promise((resolve) => {
    unit.waiters.push({ until, resolve: (outcome) => resolve([unit.name, outcome]) });
  });
}
