import type { Engine } from '../swarm/engine.ts';
import { isEngineError } from '../swarm/errors.ts';
import type { ConfigSpec, Labels } from '../swarm/types.ts';
import type { LeaseRecord, LeaseStore } from './lease.ts';

/** The config that holds the lease. Skep never plans, prunes or adopts it. */
export const lockName = 'skep-lock';

const labels = {
  holder: 'skep.lease.holder',
  duration: 'skep.lease.duration',
  counter: 'skep.lease.counter',
  suspended: 'skep.lease.suspended',
} as const;

/**
 * The lease as labels of a config, which Swarm lets change where the content cannot: one create of several wins, and one
 * update of a version. It is never removed, since a removal names no version.
 */
export function lockConfig(engine: () => Promise<Engine>): LeaseStore {
  return {
    async read() {
      try {
        const { ID, Version, Spec } = await (await engine()).config(lockName);
        return { id: ID, version: Version.Index, record: recordOf(Spec.Labels ?? {}) };
      } catch (error) {
        if (isEngineError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async create(record) {
      await (await engine()).createConfig(specOf(record));
    },
    async swap({ id, version }, next) {
      await (await engine()).updateConfig(id, version, specOf(next));
    },
  };
}

function specOf({ holder, durationMs, counter, suspended }: LeaseRecord): ConfigSpec {
  return {
    Name: lockName,
    // A config must hold something.
    Data: 'MQ==',
    Labels: {
      [labels.holder]: holder,
      [labels.duration]: `${durationMs}ms`,
      [labels.counter]: String(counter),
      ...(suspended && { [labels.suspended]: JSON.stringify(suspended) }),
    },
  };
}

/** People may have touched the labels: what cannot be read counts as a holder of whom nothing is known. */
function recordOf(live: Labels): LeaseRecord {
  return {
    holder: live[labels.holder] ?? 'unknown',
    durationMs: Number.parseInt(live[labels.duration] ?? '', 10) || 0,
    counter: Number.parseInt(live[labels.counter] ?? '', 10) || 0,
    suspended: namesIn(live[labels.suspended]),
  };
}

function namesIn(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : undefined;
  } catch {
    return undefined;
  }
}
