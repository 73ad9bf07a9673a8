import type { Arena } from './arena.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import type { Wish } from './wish.ts';

export type Scene = { arena: Arena; ledger: Ledger; random: Random };

/** A change of the files, or by hand past Skep. */
export type Change = {
  name: string;
  /** Whether the files, as they are, let it be made. */
  fits?(wish: Wish): boolean;
  /** Makes it, after it has told the ledger. Returns what was done, for the list of steps. */
  make(scene: Scene): Promise<string>;
};

/** Something that breaks, and is whole again later. */
export type Fault = {
  name: string;
  /** Swarm itself moves tasks because of it. */
  ofNodes?: boolean;
  /** Lets it begin; resolves with what ends it. */
  begin(scene: Scene): Promise<() => Promise<void> | void>;
};

/** A service of the files, any but those in stacks that are left out. */
export function anyService({ arena, random }: Scene) {
  const { wish } = arena;
  const all = [...wish.stacks].flatMap(([stackName, stack]) =>
    [...stack.services].map(([key, service]) => ({ stackName, stack, key, service })),
  );
  const found = random.pick(all);
  return { ...found, name: `${found.stackName}_${found.key}` };
}

export function anyStack({ arena, random }: Scene) {
  const [name, stack] = random.pick([...arena.wish.stacks]);
  return { name, stack };
}
