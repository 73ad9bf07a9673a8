import type { DesiredToken } from '../desired/desired.ts';
import type { History, RotationRow } from '../history/history.ts';
import { scheduleText } from '../kinds/schedule-text.ts';
import { memoryOf, nextTokenSlot, type TokenView } from '../kinds/token.ts';
import { isLocked } from '../kinds/token/unlock-key.ts';
import type { RotationSubject } from '../spec/cluster.ts';
import type { Swarm } from '../swarm/types.ts';
import { tokenFingerprints } from '../tokens/live-fingerprints.ts';
import { readRotationLabels } from '../tokens/rotation-labels.ts';
import type { DeliveryStatus, TokenStatus } from './operator.ts';
import type { UnitRecord } from './unit-record.ts';

/** What the times of tokens follow from. `swarm` is absent until it was seen for the first time. */
export type TokenFacts = { swarm: Swarm | undefined; history: History; now: number };

/** When the next rotation of any token is due, in ms since the epoch. */
export function nextRotationAt(unit: UnitRecord, facts: TokenFacts): number | undefined {
  const view = viewOf(facts);
  if (view === undefined) return undefined;
  const slots = tokensOf(unit).flatMap((token) => nextTokenSlot(token, view) ?? []);
  return slots.length === 0 ? undefined : Math.min(...slots.map(({ at }) => at));
}

/** Both join tokens, whether they are scheduled or not, and the unlock key where there is one or files speak of it. */
export function tokenStatus(
  unit: UnitRecord | undefined,
  facts: TokenFacts,
  deliveries: readonly DeliveryStatus[],
): TokenStatus[] {
  const view = viewOf(facts);
  const tokens = unit === undefined ? [] : tokensOf(unit);
  const fingerprints = view && tokenFingerprints(view.swarm);
  const hasKey = view !== undefined && isLocked(view.swarm);
  const roles = (['worker', 'manager', 'unlock-key'] as const).filter(
    (role) => role !== 'unlock-key' || hasKey || tokens.some(({ name }) => name === role),
  );
  return roles.map((role) => {
    const token = tokens.find(({ name }) => name === role);
    const { rotate, timezone = 'UTC', every } = token?.schedule ?? {};
    const next = token && view && nextTokenSlot(token, view);
    return {
      role,
      schedule: token === undefined ? null : scheduleText(token.schedule),
      rotate: rotate ?? null,
      timezone: rotate === undefined ? null : timezone,
      every: every === undefined ? null : every / 1e6,
      // The unlock key is not read for this.
      fingerprint: fingerprints?.get(role) ?? null,
      ...lastRotation(role, token, view, facts.history),
      nextSlotAt: next?.slot ?? null,
      nextRotationAt: next?.at ?? null,
      deliveries: deliveries.filter(({ subject }) => subject === role),
    };
  });
}

type LastRotation = Pick<TokenStatus, 'lastRotationAt' | 'lastRotationBy'>;

/** Another Skep, or somebody past all of them, may have rotated it since the last one in the history. */
function lastRotation(
  role: RotationSubject,
  token: DesiredToken | undefined,
  view: TokenView | undefined,
  history: History,
): LastRotation {
  const known = [
    seenBySkep(history.lastRotation(role)),
    view && at(readRotationLabels(view.swarm.Spec.Labels, role).rotatedAt, 'another skep'),
    view && token && at(memoryOf(token, view).rotatedAt, 'somebody outside skep'),
  ].filter((one) => one !== undefined);
  const [last] = known.toSorted((a, b) => Number(b.lastRotationAt) - Number(a.lastRotationAt));
  return last ?? { lastRotationAt: null, lastRotationBy: null };
}

function seenBySkep(row: RotationRow | undefined): LastRotation | undefined {
  return row && at(row.finishedAt ?? undefined, row.trigger);
}

function at(instant: number | undefined, by: string): LastRotation | undefined {
  return instant === undefined ? undefined : { lastRotationAt: instant, lastRotationBy: by };
}

function viewOf({ swarm, history, now }: TokenFacts): TokenView | undefined {
  return swarm && { swarm, owned: history.owned(), now };
}

function tokensOf(unit: UnitRecord): DesiredToken[] {
  return (unit.desired?.objects ?? []).filter((object) => object.kind === 'token');
}
