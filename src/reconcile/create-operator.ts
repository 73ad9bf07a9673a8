import { randomUUID } from 'node:crypto';
import { askUnit, askUnits } from './ask-units.ts';
import type { Controller } from './controller.ts';
import type { ControllerOptions } from './controller-options.ts';
import { deliveryConditions, deliveryStatus } from './delivery-status.ts';
import { desiredSetFrom } from './desired-set.ts';
import type { DeliveryStatus, Operator, ReconcileReceipt, ReconcileRequest } from './operator.ts';
import { planAll } from './plan-all.ts';
import { rotateToken } from './rotate-token.ts';
import { statusOf } from './status.ts';
import { allSuspended, isSuspended, setAllSuspended, setSuspended } from './suspend.ts';
import { tokenStatus } from './token-slots.ts';
import type { DesiredUnit } from '../desired/desired.ts';
import { clusterUnit } from '../spec/spec-set.ts';
import type { UnitRecord } from './unit-record.ts';

/** What people and other programs may ask of the loop. */
export function createOperator(controller: Controller, options: ControllerOptions): Operator {
  const { parts, units, sources } = controller;
  const { history, clock, news, observations, wishes, deliveries: deliverer } = parts;
  const startedAt = clock.now();

  function suspend(name: string | null, by: string, suspended: boolean): boolean {
    const unit = name === null ? undefined : units.get(name);
    if (name !== null && unit === undefined) return false;
    if (name === null) setAllSuspended(suspended, history);
    else setSuspended(name, suspended, history);
    options.leadership?.tell();
    news.tell(suspended ? 'unit.suspended' : 'unit.resumed', name, { by });
    for (const one of unit ? [unit] : units.all()) askUnit(controller, one, by, {});
    return true;
  }

  function deliveries(): DeliveryStatus[] {
    const desired = declared(units.get(clusterUnit));
    const snapshot = sources.observation?.snapshot;
    const secrets = desired && snapshot ? parts.tokenSecrets.of(desired, snapshot) : [];
    return deliveryStatus(desired, history.deliveries(), secrets, snapshot);
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
        suspended: allSuspended(history),
        certificates: observation ? parts.certificates.status(observation.snapshot) : [],
        isSuspended: (unit) => isSuspended(unit, history),
        deliveries: deliveries(),
        undelivered: deliveryConditions(declared(units.get(clusterUnit)), history.deliveries()),
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
      if (asked.names.includes(clusterUnit)) deliverer.retry();
      const receipt: ReconcileReceipt = { request: randomUUID(), units: asked.names };
      return wait ? { ...receipt, outcomes: await asked.outcomes } : receipt;
    },

    suspend: (unit, by) => suspend(unit, by, true),
    resume: (unit, by) => suspend(unit, by, false),

    tokens() {
      const swarm = sources.observation?.snapshot.swarm;
      const facts = { swarm, history, now: clock.now() };
      return tokenStatus(units.get(clusterUnit), facts, deliveries());
    },

    async rotate(role, by) {
      const row = await rotateToken(role, by, await options.link.engine(), parts);
      observations.invalidate();
      // What the new token has to be delivered to, and when the next one is due, is found out by looking.
      if (units.get(clusterUnit)) controller.queue.add(clusterUnit, 'user', by);
      return row;
    },

    subscribe: (listener) => news.subscribe(listener),
    history,
  };
}

/** What a unit's files want, unless they are gone. */
function declared(unit: UnitRecord | undefined): DesiredUnit | undefined {
  return unit?.vanished === false ? unit.desired : undefined;
}
