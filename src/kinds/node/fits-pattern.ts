/**
 * Whether a text is of a pattern, in which `*` is any text and `?` any one character. A `*` first takes nothing and one
 * character more each time the rest does not fit; only the last one has to give way, so no pattern takes long.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  let [at, next] = [0, 0];
  let lastStar: { next: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = pattern[next];
    if (wanted === '*') {
      next += 1;
      lastStar = { next, at };
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1;
      next += 1;
    } else if (lastStar !== undefined) {
      lastStar.at += 1;
      ({ next, at } = lastStar);
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(next));
}
