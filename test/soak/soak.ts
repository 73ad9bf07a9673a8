import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '../harness/lab.ts';
import type { Log } from '../harness/log.ts';
import { Arena } from './arena.ts';
import { drift } from './drift.ts';
import { edits } from './edits.ts';
import { faults } from './faults.ts';
import { lastLook } from './last-look.ts';
import { Ledger } from './ledger.ts';
import type { Live } from './live.ts';
import { bystander } from './mistakes.ts';
import { Deck, Random } from './random.ts';
import { Score } from './score.ts';
import { settled } from './settle.ts';
import type { Change, Fault, Scene } from './step.ts';

export type SoakOptions = { seed: number; minutes: number; log: Log };

/** Time to recover, in ms: the machine may be busy, and a Swarm that has lost nodes needs time of its own. */
const patience = { first: 120_000, usual: 90_000, nodes: 240_000 };

type Round = { names: string[]; withNodes: boolean };

/** Lets everything happen to a Swarm and a Skep, in an order that the seed decides, and looks after each round. */
export class Soak {
  readonly score: Score;
  /** what was done, one line each */
  readonly steps: string[] = [];
  readonly #options: SoakOptions;
  readonly #scene: Scene;
  readonly #decks: { edits: Deck<Change>; drift: Deck<Change>; faults: Deck<Fault> };
  #rounds = 0;

  private constructor(arena: Arena, options: SoakOptions) {
    const random = new Random(options.seed);
    this.#options = options;
    this.#scene = { arena, ledger: new Ledger(), random };
    this.#decks = {
      edits: new Deck(edits, random),
      drift: new Deck(drift, random),
      faults: new Deck(faults, random),
    };
    this.score = new Score([
      ...edits.map(({ name }) => ({ kind: 'edit' as const, name })),
      ...drift.map(({ name }) => ({ kind: 'drift' as const, name })),
      ...faults.map(({ name }) => ({ kind: 'fault' as const, name })),
    ]);
  }

  /** Runs for so many minutes, and at least one round. Returns what is wrong, in sentences. */
  static async run(lab: Lab, options: SoakOptions): Promise<{ soak: Soak; wrong: string[] }> {
    await using arena = await Arena.start(lab);
    const soak = new Soak(arena, options);
    options.log(`the Swarm is up; logs and files are in ${arena.folder}`);
    const wrong = await soak.#run().catch((error: unknown) => [String(error)]);
    if (wrong.length === 0) await arena.removeFolder();
    return { soak, wrong };
  }

  async #run(): Promise<string[]> {
    const { arena } = this.#scene;
    await arena.swarm.docker([
      'service',
      'create',
      '--detach',
      '--no-resolve-image',
      `--name=${bystander}`,
      arena.image,
    ]);
    let live = await settled(this.#scene, patience.first);
    const end = performance.now() + this.#options.minutes * 60_000;
    do {
      const next = await this.#round(live);
      if (next.wrong.length > 0) return next.wrong;
      live = next.live;
    } while (performance.now() < end);
    return await lastLook(arena);
  }

  /** A fault at most, and changes around its beginning; then everything has to become as the files say. */
  async #round(before: Live): Promise<{ live: Live; wrong: string[] }> {
    const { arena, ledger, random } = this.#scene;
    const began = performance.now();
    const sent = arena.proxy.writes().length;
    this.#rounds += 1;
    const round: Round = { names: [], withNodes: false };
    await this.#happenings(round);
    const whole = performance.now();
    const live = await settled(this.#scene, round.withNodes ? patience.nodes : patience.usual);
    const took = performance.now() - whole;
    const writes = arena.proxy.writes().slice(sent);
    const wrong = [
      ...ledger.unreasonable(before, live, writes, began),
      ...bystanderMistakes(before, live),
    ];
    if (wrong.length > 0) return { live, wrong };
    for (const name of round.names) this.score.survived(name, took);
    this.#options.log(`round ${this.#rounds} recovered in ${(took / 1_000).toFixed(1)} s`);
    ledger.clear();
    await pause(random.below(1_000));
    return { live, wrong };
  }

  async #happenings(round: Round): Promise<void> {
    const { arena, random } = this.#scene;
    const fault = random.chance(0.7) ? this.#decks.faults.draw() : undefined;
    const changes = Array.from({ length: random.between(1, 3) }, () => random.chance(0.55));
    const begins = random.below(changes.length + 1);
    let lift: Awaited<ReturnType<Fault['begin']>> | undefined;
    for (let at = 0; at <= changes.length; at += 1) {
      if (at === begins && fault !== undefined) {
        round.withNodes = fault.ofNodes === true;
        round.names.push(fault.name);
        this.score.tried(fault.name);
        this.#note(`${fault.name}: begins`);
        lift = await fault.begin(this.#scene);
      }
      const isEdit = changes[at];
      if (isEdit !== undefined) await this.#change(isEdit ? 'edits' : 'drift', round);
      await pause(random.below(1_500));
    }
    await pause(random.between(1_000, 9_000));
    await lift?.();
    if (fault !== undefined) this.#note(`${fault.name}: over`);
    if (arena.down.size > 0) throw new Error('nodes are still away');
  }

  async #change(kind: 'edits' | 'drift', round: Round): Promise<void> {
    const { wish } = this.#scene.arena;
    const change = this.#decks[kind].draw((one) => one.fits?.(wish) ?? true);
    try {
      this.#note(`${change.name}: ${await change.make(this.#scene)}`);
    } catch (error) {
      // By hand is past a Swarm that may be broken just now; files can always be written.
      if (kind === 'edits') throw error;
      this.#note(`${change.name}: could not be done (${String(error).slice(0, 100)})`);
      return;
    }
    this.score.tried(change.name);
    round.names.push(change.name);
  }

  #note(line: string): void {
    this.steps.push(`round ${this.#rounds}: ${line}`);
    this.#options.log(this.steps.at(-1) ?? '');
  }
}

function bystanderMistakes(before: Live, after: Live): string[] {
  const [was, is] = [before.services.get(bystander), after.services.get(bystander)];
  const same = was?.ID === is?.ID && was?.Version.Index === is?.Version.Index;
  return same ? [] : ["somebody else's service was written"];
}
