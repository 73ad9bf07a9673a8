import type { Labels } from '../swarm/types.ts';

/**
 * What the Swarm's own labels say of the last rotation of something (`worker`, `manager`, …). They are written by the very
 * call that rotates: whoever takes over, with whatever database, knows what was done. ms since the epoch.
 */
export type RotationLabels = { slot?: number; rotatedAt?: number };

export function readRotationLabels(labels: Labels | undefined, what: string): RotationLabels {
  const slot = instantIn(labels?.[slotLabel(what)]);
  const rotatedAt = instantIn(labels?.[timeLabel(what)]);
  return {
    ...(slot !== undefined && { slot }),
    ...(rotatedAt !== undefined && { rotatedAt }),
  };
}

export function writeRotationLabels(what: string, { slot, rotatedAt }: RotationLabels): Labels {
  return {
    ...(slot !== undefined && { [slotLabel(what)]: new Date(slot).toISOString() }),
    ...(rotatedAt !== undefined && { [timeLabel(what)]: new Date(rotatedAt).toISOString() }),
  };
}

export function withoutRotationLabels(labels: Labels | undefined, what: string): Labels {
  const { [slotLabel(what)]: _slot, [timeLabel(what)]: _time, ...others } = labels ?? {};
  return others;
}

/** The slot taken last. */
function slotLabel(what: string): string {
  return `skep.rotated.${what}`;
}

/** When Skep rotated it last, for a slot or because a person said so. */
function timeLabel(what: string): string {
  return `skep.rotated-at.${what}`;
}

function instantIn(text: string | undefined): number | undefined {
  const instant = Date.parse(text ?? '');
  return Number.isNaN(instant) ? undefined : instant;
}
