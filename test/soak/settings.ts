/** Of the environment: how long, and from which seed. A seed that nobody names is drawn. */
export function soakSettings(usual: { minutes: number; seed?: number }): {
  seed: number;
  minutes: number;
} {
  const { SKEP_SOAK_SEED: seed, SKEP_SOAK_MINUTES: minutes } = process.env;
  const drawn = Math.floor(Math.random() * 2 ** 31);
  // A run of a length that somebody asks for is for finding something new.
  const unnamed = minutes === undefined ? (usual.seed ?? drawn) : drawn;
  return {
    seed: seed === undefined ? unnamed : Number(seed),
    minutes: minutes === undefined ? usual.minutes : Number(minutes),
  };
}
