const units: [string, number][] = [
  ['h', 3_600_000_000_000],
  ['m', 60_000_000_000],
  ['s', 1_000_000_000],
  ['ms', 1_000_000],
  ['us', 1_000],
  ['ns', 1],
];

/** Nanoseconds as Compose writes them: `1m30s`. Different durations have different texts. */
export function durationText(nanoseconds: number): string {
  if (nanoseconds <= 0) return nanoseconds === 0 ? '0s' : `${nanoseconds}ns`;
  let rest = nanoseconds;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
