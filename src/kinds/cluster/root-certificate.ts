import type { DesiredCluster } from '../../desired/desired.ts';
import type { Action } from '../../plan/action.ts';
import type { Snapshot } from '../../swarm/snapshot.ts';
import type { Swarm, SwarmNode, SwarmSpec } from '../../swarm/types.ts';
import type { World } from '../kind.ts';
import { obstacle } from '../make-action.ts';

/**
 * The root certificate, renewed once for each generation that the files declare. The generation is in the Swarm's own
 * labels, written by the call that starts the renewal: whoever takes over, with whatever database, never starts it twice.
 */
const label = 'skep.ca-generation';

/** Undefined until the Swarm was told one. */
export function recordedGeneration({ Spec }: Pick<Swarm, 'Spec'>): number | undefined {
  const text = Spec.Labels?.[label];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * Writes the declared generation into a spec, and with it what starts the renewal; nothing while something is in the way.
 * Of a Swarm that was never told a generation nobody knows what it has been through, so the first one is only noted.
 */
export function writeGeneration(
  spec: SwarmSpec,
  { settings: { ca_rotation: declared } }: DesiredCluster,
  { snapshot }: World,
): void {
  const recorded = recordedGeneration(snapshot.swarm);
  if (declared === undefined || declared === recorded) return;
  if (recorded !== undefined) {
    if (declared < recorded || !canBegin(snapshot)) return;
    // Any other value than the stored one starts it; leaving it out would be another one too.
    spec.CAConfig = { ...spec.CAConfig, ForceRotate: (spec.CAConfig?.ForceRotate ?? 0) + 1 };
  }
  spec.Labels = { ...spec.Labels, [label]: String(declared) };
}

/** What keeps the renewal from beginning or from ending. */
export function rootRotation(desired: DesiredCluster, { snapshot }: World): Action[] {
  const declared = desired.settings.ca_rotation;
  const { swarm } = snapshot;
  const recorded = recordedGeneration(swarm);
  if (declared === undefined || recorded === undefined) return [];
  const subject = { ...desired, name: 'ca_rotation' };
  if (declared < recorded) {
    const message = `The files say ca_rotation: ${declared}, and the Swarm has been told ${recorded} already. A generation only rises: write ${recorded}, or ${recorded + 1} to renew the root certificate.`;
    return [obstacle(subject, message, { condition: 'CaGenerationTooLow' })];
  }
  if (swarm.RootRotationInProgress) {
    const message = `The root certificate is being renewed. ${lackingText(snapshot)}`;
    return [obstacle(subject, message, { condition: 'RootRotation', waiting: true })];
  }
  const away = notReady(snapshot);
  if (declared === recorded || away.length === 0) return [];
  const message = `The root certificate is renewed once every node is ready, for a renewal ends only when each has a new certificate. Not ready: ${names(away)}. Start what is down, or remove it with "docker node rm".`;
  return [obstacle(subject, message, { condition: 'RootRotationBlocked', waiting: true })];
}

function canBegin(snapshot: Snapshot): boolean {
  return !snapshot.swarm.RootRotationInProgress && notReady(snapshot).length === 0;
}

function notReady({ nodes }: Snapshot): SwarmNode[] {
  return nodes.filter(({ Status }) => Status.State !== 'ready');
}

function lackingText({ swarm, nodes }: Snapshot): string {
  const lacking = nodes.filter(
    ({ Description }) =>
      Description.TLSInfo?.CertIssuerPublicKey !== swarm.TLSInfo?.CertIssuerPublicKey,
  );
  if (lacking.length === 0) return 'Every node has its new certificate.';
  const gone = lacking.some(({ Status }) => Status.State !== 'ready');
  const remedy =
    ' What is down holds it up as long as it is listed: start it, or remove it with "docker node rm".';
  return `Without a new certificate: ${names(lacking)}.${gone ? remedy : ''}`;
}

function names(nodes: readonly SwarmNode[]): string {
  return nodes
    .map(({ Description, Status }) =>
      Status.State === 'ready' ? Description.Hostname : `${Description.Hostname} (${Status.State})`,
    )
    .sort()
    .join(', ');
}
