import type { Leadership } from '../lease/leadership.ts';
import { clusterUnit } from '../spec/spec-set.ts';
import type { DesiredSet } from './desired-set.ts';
import type { EngineLink } from './engine-link.ts';
import type { Condition, DeliveryStatus, Status, UnitStatus } from './operator.ts';
import type { UnitRecord } from './unit-record.ts';

type StatusFacts = {
  version: string;
  startedAt: number;
  directory: string;
  link: EngineLink['state'];
  leadership: Leadership | undefined;
  /** Why the last look at the Swarm failed. */
  observeProblem: string | undefined;
  /** Why the history is not on the disk. */
  historyProblem: string | undefined;
  set: DesiredSet | undefined;
  units: readonly UnitRecord[];
  /** A person has suspended every unit. */
  suspended: boolean;
  certificates: Status['certificates'];
  isSuspended(unit: UnitRecord): boolean;
  deliveries: DeliveryStatus[];
  /** Conditions of the cluster's unit besides those of its last run. */
  undelivered: readonly Condition[];
};

export function statusOf(facts: StatusFacts): Status {
  const { link, set, units, leadership } = facts;
  const checks = checksOf(facts);
  return {
    version: facts.version,
    startedAt: facts.startedAt,
    ready: checks.every((check) => check.ok),
    checks,
    engine: link.engine
      ? {
          host: link.host,
          apiVersion: link.engine.apiVersion,
          engineVersion: link.engine.engineVersion,
          reachable: facts.observeProblem === undefined,
        }
      : null,
    leader: leadership ? { holder: leadership.holder, self: leadership.leads() } : null,
    suspended: facts.suspended,
    desired: {
      directory: facts.directory,
      readAt: set?.readAt ?? null,
      complete: set?.complete ?? false,
    },
    units: units.map((unit) =>
      unitStatus(unit, facts.isSuspended(unit), unit.name === clusterUnit ? facts.undelivered : []),
    ),
    deliveries: facts.deliveries,
    certificates: facts.certificates,
    diagnostics: set?.diagnostics ?? [],
  };
}

/** Ready means that Skep does its work, not that every unit is well. */
function checksOf({
  link,
  observeProblem,
  historyProblem,
  set,
  units,
}: StatusFacts): Status['checks'] {
  const problem = link.engine === undefined ? (link.problem ?? 'connecting') : observeProblem;
  const notYet = units.filter((unit) => unit.lastRunAt === null).length;
  return [
    { name: 'files', ok: set !== undefined, message: set ? 'read' : 'not read yet' },
    { name: 'engine', ok: problem === undefined, message: problem ?? 'reachable' },
    { name: 'history', ok: historyProblem === undefined, message: historyProblem ?? 'written' },
    {
      name: 'first-pass',
      ok: set !== undefined && notYet === 0,
      message: notYet === 0 ? 'every unit was looked at' : `${notYet} units not looked at yet`,
    },
  ];
}

function unitStatus(
  unit: UnitRecord,
  suspended: boolean,
  undelivered: readonly Condition[],
): UnitStatus {
  const { name, kind, files, revision, sync, operation, outcome } = unit;
  const { lastRunAt, nextRunAt, attempts, conditions } = unit;
  return {
    name,
    kind,
    files,
    revision,
    sync,
    health: suspended ? 'suspended' : unit.health,
    operation,
    outcome,
    lastRunAt,
    nextRunAt,
    attempts,
    suspended,
    conditions: [...conditions, ...undelivered],
  };
}
