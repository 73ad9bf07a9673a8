import { type Validity, validityOf } from '../swarm/certificates.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import type { SwarmNode } from '../swarm/types.ts';

/** What is known of a certificate. */
export type CertificateStatus = {
  kind: 'root' | 'node';
  /** `root`, or the node's hostname. */
  name: string;
  nodeId: string | null;
  /** ms since the epoch; null when nobody can see it from here. */
  expiresAt: number | null;
  /** Less than a fifth of its time is left. Nodes renew theirs when between half and a fifth is left. */
  expiring: boolean;
  /** What is wrong and what to do, or why nothing is known; empty when all is well. */
  message: string;
};

const warnBelow = 0.2;
const day = 86_400_000;

/** The root's certificate and each node's. `seen`: what managers showed, by node ID. Pure. */
export function judgeCertificates(
  { swarm, nodes }: Pick<Snapshot, 'swarm' | 'nodes'>,
  seen: ReadonlyMap<string, Validity>,
  now: number,
): CertificateStatus[] {
  const root = validityOf(swarm.TLSInfo?.TrustRoot ?? '');
  const sorted = nodes.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return [
    judge({ kind: 'root', name: 'root', nodeId: null }, root, now),
    ...sorted.map((node) =>
      judge({ kind: 'node', name: nameOf(node), nodeId: node.ID }, seen.get(node.ID), now, node),
    ),
  ];
}

/** Whether less than a fifth of the time is left. */
export function isExpiring({ from, until }: Validity, now: number): boolean {
  return until - now < (until - from) * warnBelow;
}

function judge(
  subject: Pick<CertificateStatus, 'kind' | 'name' | 'nodeId'>,
  validity: Validity | undefined,
  now: number,
  node?: SwarmNode,
): CertificateStatus {
  if (validity === undefined) {
    return { ...subject, expiresAt: null, expiring: false, message: unseen(node) };
  }
  const expiring = isExpiring(validity, now);
  const message = expiring
    ? `${whenText(subject, validity.until, now)} ${remedies[subject.kind]}`
    : '';
  return { ...subject, expiresAt: validity.until, expiring, message };
}

const remedies = {
  root: 'Raise "ca_rotation" in the cluster’s files: that makes a new one, and new ones for all nodes.',
  node: 'A node renews it long before by itself: look into the log of its Engine, and see that it reaches the managers and the external CA, if there is one. Its Engine asks at once when it is restarted.',
};

function whenText(
  { kind, name }: Pick<CertificateStatus, 'kind' | 'name'>,
  until: number,
  now: number,
) {
  const what = kind === 'root' ? 'The root certificate' : `The certificate of ${name}`;
  const date = new Date(until).toISOString().slice(0, 10);
  return until <= now
    ? `${what} ended on ${date}.`
    : `${what} ends on ${date}, in ${Math.floor((until - now) / day)} days.`;
}

function unseen(node: SwarmNode | undefined): string {
  if (node === undefined) return 'The Engine does not show it.';
  return node.ManagerStatus === undefined
    ? 'A worker shows its certificate to managers only, and the Engine’s API does not tell.'
    : `The manager could not be asked at ${node.ManagerStatus.Addr ?? 'its address'}.`;
}

function nameOf({ Description, ID }: SwarmNode): string {
  return Description.Hostname || ID;
}
