import { randomUUID } from 'node:crypto';
import { askUnit, askUnits } from './ask-units.ts';
import type { Controller, ControllerOptions } from './controller.ts';
import { desiredSetFrom } from './desired-set.ts';
import type { Operator, ReconcileReceipt, ReconcileRequest } from './operator.ts';
import { planAll } from './plan-all.ts';
import { rotateToken } from './rotate-token.ts';
import { statusOf } from './status.ts';
import { isSuspended, setSuspended } from './suspend.ts';
import { tokenStatus } from './token-slots.ts';
import { clusterUnit } from '../spec/spec-set.ts';

/** What people and other programs may ask of the loop. */
export function createOperator(controller: Controller, options: ControllerOptions): Operator {
  const { parts, units, sources } = controller;
  const { history, clock, news, observations, wishes } = parts;
  const startedAt = clock.now();

  function suspend(name: string, by: string, suspended: boolean): boolean {
    const unit = units.get(name);
    if (unit === undefined) return false;
    setSuspended(name, suspended, history);
    options.leadership?.tell();
    news.tell(suspended ? 'unit.suspended' : 'unit.resumed', name, { by });
    askUnit(controller, unit, by, {});
    return true;
  }

  return {
    status() {
      const { problem, set, observation } = sources;
      const { version, directory } = options;
      return statusOf({
        version,
        startedAt,
        directory,
        link: options.link.state,
        leadership: options.leadership,
        observeProblem: problem,
        historyProblem: history.problem(),
        set,
        units: units.all(),
        certificates: observation ? parts.certificates.status(observation.snapshot) : [],
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
      return planAll(set, observation, { unit, allow }, parts);
    },

    async reconcile({ units: names, allow, by, wait }: ReconcileRequest) {
      const request = { units: names, by, allow, until: 'run' } as const;
      const asked = await askUnits(controller, request);
      const receipt: ReconcileReceipt = { request: randomUUID(), units: asked.names };
      return wait ? { ...receipt, outcomes: await asked.outcomes } : receipt;
    },

    suspend: (unit, by) => suspend(unit, by, true),
    resume: (unit, by) => suspend(unit, by, false),

    tokens() {
      const swarm = sources.observation?.snapshot.swarm;
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
