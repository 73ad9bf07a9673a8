import { backoffDelay, retryBackoff } from '../reconcile/backoff.ts';
import type { Target } from './targets.ts';

type Finding = { nextAt: number; attempts: number; problem?: string; lasting?: boolean };

/** How long a target that took a test counts as one that takes the key. */
const trustMs = 300_000;

/**
 * What is known of whether an unlock key could be handed over, before there is one: autolock without that would lock
 * everybody out at the next restart.
 */
export class LockProbe {
  readonly #findings = new Map<string, Finding>();

  /** Those of the targets that are to be tried now. */
  due(targets: readonly Target[], now: number): Target[] {
    return targets.filter(({ key }) => (this.#findings.get(key)?.nextAt ?? 0) <= now);
  }

  /** When the next of them is due, in ms since the epoch. */
  nextAt(targets: readonly Target[]): number {
    return Math.min(...targets.map(({ key }) => this.#findings.get(key)?.nextAt ?? 0));
  }

  passed({ key }: Target, lasting: boolean, now: number): void {
    this.#findings.set(key, { nextAt: now + trustMs, attempts: 0, lasting });
  }

  failed({ key }: Target, problem: string, now: number, random: () => number): void {
    const { attempts = 0 } = this.#findings.get(key) ?? {};
    const nextAt = now + backoffDelay(attempts, retryBackoff, random);
    this.#findings.set(key, { nextAt, attempts: attempts + 1, problem });
  }

  /** Nothing of before counts any more. */
  forget(): void {
    this.#findings.clear();
  }

  /** `true` when every target takes the key and one of them keeps it; else why not, or undefined while that is being tried. */
  verdict(targets: readonly Target[]): true | string | undefined {
    const found = targets.map((target) => ({ target, finding: this.#findings.get(target.key) }));
    const bad = found.find(({ finding }) => finding?.problem !== undefined);
    if (bad !== undefined) return `${bad.target.label}: ${bad.finding?.problem}`;
    if (found.length === 0 || found.some(({ finding }) => finding === undefined)) return undefined;
    if (found.some(({ finding }) => finding?.lasting)) return true;
    return `${targets[0]?.label} is in memory, which a restart empties. Write the key to a disk`;
  }
}
