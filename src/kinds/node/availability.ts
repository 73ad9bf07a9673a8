import { skepLabels } from '../../desired/labels.ts';
import type { NodeSettings } from '../../spec/cluster.ts';
import type { Labels, NodeSpec, SwarmNode } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { type Window, windowAt } from './maintenance-window.ts';

type Availability = NodeSpec['Availability'];

/** What a node's availability has to be now. */
export type AvailabilityNow = {
  availability: Availability;
  /** What a label of the node remembers meanwhile, to be restored. */
  before?: Availability;
  /** A window begins or ends: nobody changed anything. */
  scheduled: boolean;
  /** The window that would drain it, if that did not have to wait. */
  held?: Window;
};

/**
 * What the files declare, and else what it has; in a maintenance window, drained. What a node had before its window is in
 * a label of the node, which the call that drains it writes too: no crash comes in between, and whoever restores it needs
 * no memory of its own. A node that a person had drained before is left so, and gets no label.
 */
export function availabilityNow(
  settings: NodeSettings,
  live: SwarmNode,
  world: World,
): AvailabilityNow {
  const before = beforeWindow(live.Spec);
  const usual = settings.availability ?? before ?? live.Spec.Availability;
  const open = drainingWindow(settings, world.now);
  if (open === undefined || usual === 'drain') {
    return { availability: usual, scheduled: open === undefined && before !== undefined };
  }
  if (world.maintenanceHeld?.has(live.ID)) {
    return { availability: usual, scheduled: false, held: open };
  }
  return {
    availability: 'drain',
    before: before ?? live.Spec.Availability,
    scheduled: before === undefined,
  };
}

/** The window in which a node is drained now; what is declared drained has none. */
export function drainingWindow(settings: NodeSettings, now: number): Window | undefined {
  const { availability, maintenance } = settings;
  return availability === 'drain' || maintenance === undefined
    ? undefined
    : windowAt(maintenance, now);
}

/** What a node had before a window that has not been ended, as its label says. */
export function beforeWindow({ Labels = {} }: NodeSpec): Availability | undefined {
  const noted = Labels[skepLabels.before];
  return noted === 'active' || noted === 'pause' ? noted : undefined;
}

/** The label that remembers it, when there is something to remember. */
export function beforeLabel(before: Availability | undefined): Labels {
  return before === undefined ? {} : { [skepLabels.before]: before };
}
