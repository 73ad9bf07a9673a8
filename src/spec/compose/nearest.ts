/** The candidate that was most likely meant, if any is near enough to suggest. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  // Two letters in the wrong order are two steps. More wrong ones than that, and a guess would rather puzzle.
  let best = (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 4))) + 1;
  let found: string | undefined;
  for (const candidate of candidates) {
    const steps = distance(wanted, candidate.toLowerCase(), best);
    if (steps < best) {
      best = steps;
      found = candidate;
    }
  }
  return found;
}

/** Levenshtein's distance, or `limit` as soon as it is sure to be that or more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return row[b.length] ?? limit;
}
