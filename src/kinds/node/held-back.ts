import type { DesiredNode } from '../../desired/desired.ts';
import type { Action } from '../../plan/action.ts';
import type { SwarmNode } from '../../swarm/types.ts';
import { differences } from '../differences.ts';
import { blocked, waiting } from '../make-action.ts';
import type { AvailabilityNow } from './availability.ts';
import type { RoleChange } from './role-change.ts';

/** What a node is still to become, and may not now. */
export function heldBack(
  desired: DesiredNode,
  live: SwarmNode,
  change: RoleChange | undefined,
  { held }: AvailabilityNow,
): Action | undefined {
  if (change?.allowed === false) {
    const { condition, reason } = change;
    const changes = differences('role', live.Spec.Role, desired.settings.role);
    const say = change.waiting ? waiting : blocked;
    return say(desired, reason, { condition, changes });
  }
  if (held === undefined) return undefined;
  return waiting(
    desired,
    `Its maintenance waits until ${new Date(held.until).toISOString()} at the latest: it is the last active node, or the last active manager while a service may only run on managers. Move the windows apart, or add a node.`,
    { condition: 'MaintenanceHeld' },
  );
}
