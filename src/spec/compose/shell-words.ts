/**
 * Splits a command into words as POSIX shells do, without expanding anything: quotes, backslashes, and comments from a `#`
 * that begins a word. Undefined when a quote or a backslash is left open.
 */
export function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let rest = line;
  for (;;) {
    rest = rest.replace(/^[ \t\r\n]+/, '');
    if (rest === '') return words;
    if (rest.startsWith('#')) {
      rest = rest.replace(/^[^\n]*/, '');
      continue;
    }
    const raw = firstWord.exec(rest)?.[0];
    if (raw === undefined) return undefined;
    words.push(raw.replace(piece, unquote));
    rest = rest.slice(raw.length);
    if (rest !== '' && !/^[ \t\r\n]/.test(rest)) return undefined;
  }
}

const firstWord = /^(?:[^ \t\r\n'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/;
const piece = /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/g;

function unquote(_: string, escaped?: string, single?: string, double?: string): string {
  return escaped ?? single ?? (double ?? '').replace(/\\([^])/g, '$1');
}
