import type { Logger } from 'pino';
import {
  type CertificateStatus,
  isExpiring,
  judgeCertificates,
} from '../health/judge-certificates.ts';
import type { Validity } from '../swarm/certificates.ts';
import type { ServerCertificate } from '../swarm/server-certificate.ts';
import type { Snapshot } from '../swarm/snapshot.ts';
import type { SwarmNode } from '../swarm/types.ts';
import type { Clock } from './clock.ts';

/** Reads what a manager shows at an address. Rejects when it shows nothing. */
export type ReadCertificate = (address: string) => Promise<ServerCertificate>;

type Options = {
  clock: Clock;
  log: Logger;
  /** Absent: no manager is asked. */
  read: ReadCertificate | undefined;
  /** Told after managers were asked; `news` when other certificates are about to end than before. */
  onLook: (news: boolean) => void;
};

type Look = { at: number; issuer: string | undefined; validity: Validity | undefined };

const hour = 3_600_000;
/** One that seems to end, or that nobody showed, is looked at again sooner: it may be a new one by now. */
const soon = 60_000;

/** The certificates of the Swarm. What managers show is read beside the loop, at most once an hour of each. */
export class Certificates {
  readonly #options: Options;
  readonly #looks = new Map<string, Look>();
  #looking = false;

  constructor(options: Options) {
    this.#options = options;
  }

  status(snapshot: Snapshot): CertificateStatus[] {
    const seen = [...this.#looks].flatMap(([id, { validity }]) =>
      validity ? [[id, validity] as const] : [],
    );
    return judgeCertificates(snapshot, new Map(seen), this.#options.clock.now());
  }

  /** Asks the managers whose turn it is. Never rejects, and nobody waits for it. */
  async look(snapshot: Snapshot): Promise<void> {
    const { clock, read, onLook } = this.#options;
    const due = snapshot.nodes.filter((node) => this.#isDue(node, clock.now()));
    if (read === undefined || this.#looking || due.length === 0) return;
    this.#looking = true;
    const before = this.#expiring(snapshot);
    await Promise.all(due.map((node) => this.#ask(node, read)));
    this.#forgetAllBut(snapshot.nodes);
    this.#looking = false;
    onLook(before !== this.#expiring(snapshot));
  }

  #isDue(node: SwarmNode, now: number): boolean {
    if (!node.ManagerStatus?.Addr) return false;
    const look = this.#looks.get(node.ID);
    if (look === undefined || look.issuer !== issuerOf(node)) return true;
    const { validity, at } = look;
    const isSure = validity !== undefined && !isExpiring(validity, now);
    return now - at >= (isSure ? hour : soon);
  }

  /** What was seen before holds until something else is. */
  async #ask(node: SwarmNode, read: ReadCertificate): Promise<void> {
    const { clock, log } = this.#options;
    const known = this.#looks.get(node.ID)?.validity;
    const address = node.ManagerStatus?.Addr ?? '';
    const validity = await read(address)
      .then(({ nodeId, from, until }) => (nodeId === node.ID ? { from, until } : known))
      .catch((error: unknown) => {
        log.debug({ err: error, node: node.ID, address }, 'a manager shows no certificate');
        return known;
      });
    this.#looks.set(node.ID, { at: clock.now(), issuer: issuerOf(node), validity });
  }

  #expiring(snapshot: Snapshot): string {
    const expiring = this.status(snapshot).filter((one) => one.expiring);
    return expiring.map(({ nodeId, expiresAt }) => `${nodeId} ${expiresAt}`).join();
  }

  #forgetAllBut(nodes: readonly SwarmNode[]): void {
    const ids = new Set(nodes.map(({ ID }) => ID));
    for (const id of this.#looks.keys()) if (!ids.has(id)) this.#looks.delete(id);
  }
}

function issuerOf({ Description }: SwarmNode): string | undefined {
  return Description.TLSInfo?.CertIssuerPublicKey;
}
