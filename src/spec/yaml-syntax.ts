import type { YAMLError } from 'yaml';
import type { Diagnostic, Place } from './diagnostic.ts';

/** One mistake makes a parser stumble many times after it. */
const maxReported = 10;

type Explanation = { message: string; remedy?: string; offset?: number };

/**
 * Says in a user's words what the YAML parser found. The parser's own messages may quote the text, and with it a secret:
 * none is passed on.
 */
export function describeSyntaxErrors(
  errors: readonly YAMLError[],
  text: string,
  placeAt: (offset: number) => Place,
): Diagnostic[] {
  const conflict = leftConflict(text);
  if (conflict && errors.some(({ code }) => code !== 'MULTIPLE_DOCS'))
    return [toDiagnostic(conflict, placeAt)];
  const lines = new Set<number>();
  const found = new Map<number, Diagnostic>();
  for (const error of errors) {
    if (lines.size >= maxReported) break;
    const { line } = placeAt(error.pos[0]);
    if (lines.has(line)) continue;
    lines.add(line);
    const diagnostic =
      error.code === 'MULTIPLE_DOCS'
        ? moreDocuments(placeAt(error.pos[0]))
        : toDiagnostic({ offset: error.pos[0], ...explain(error, text) }, placeAt);
    const key = diagnostic.place?.line ?? 0;
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return [...found.values()];
}

function toDiagnostic(
  { message, remedy, offset }: Explanation & { offset: number },
  placeAt: (offset: number) => Place,
): Diagnostic {
  const place = placeAt(offset);
  return {
    severity: 'error',
    code: 'yaml-syntax',
    message,
    ...(remedy && { remedy }),
    place,
  };
}

function moreDocuments(place: Place): Diagnostic {
  return {
    severity: 'warning',
    code: 'more-documents',
    message: 'Only the first document of a file is read; what follows "---" is ignored.',
    remedy: 'Put each document in a file of its own.',
    place,
  };
}

function leftConflict(text: string): (Explanation & { offset: number }) | undefined {
  const conflict = /^(<{7}|={7}|>{7})/m.exec(text);
  if (!conflict) return undefined;
  return {
    message: 'A conflict of a merge is left in the file.',
    remedy: 'Resolve it and remove the lines with <<<<<<<, ======= and >>>>>>>.',
    offset: conflict.index,
  };
}

function explain(error: YAMLError, text: string): Explanation {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'A tab is used to indent.', remedy: 'Indent with spaces.' };
    case 'BAD_INDENT':
      return explainIndent(error, text);
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'A mapping starts in the middle of a line.',
        remedy:
          'Quote the value if ": " is part of it, or start the mapping on the next line, indented.',
      };
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
      return {
        message: 'This line is neither "key: value" nor "- item".',
        remedy: 'Add the missing ":" or indent the line as part of the value above.',
      };
    case 'MISSING_CHAR':
      return explainMissing(error, text);
    case 'BAD_SCALAR_START':
      return {
        message: 'A value cannot start with this character.',
        remedy: 'Put the value in quotes.',
      };
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'This backslash sequence means nothing in double quotes.',
        remedy: 'Write \\\\ for a backslash, or use single quotes.',
      };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'Values are nested too deep.', remedy: 'Split the file.' };
    case 'UNEXPECTED_TOKEN':
      return {
        message: 'Something stands here that does not belong.',
        remedy: 'Check the indentation and the quotes of this line and of the one above.',
      };
    default:
      return { message: 'This is not valid YAML.', remedy: 'Check this line and the one above.' };
  }
}

function explainIndent(error: YAMLError, text: string): Explanation {
  if (/must be sufficiently indented and end with/.test(error.message)) {
    return explainUnclosedBracket(error, text);
  }
  return {
    message: 'The indentation does not fit the lines around it.',
    remedy: 'Start all keys of a mapping and all items of a list in the same column.',
  };
}

function explainMissing(error: YAMLError, text: string): Explanation {
  const quote = /closing (["'])quote/.exec(error.message)?.[1];
  if (quote) return explainUnclosedQuote(error, text, quote);
  if (/must end with a/.test(error.message)) return explainUnclosedBracket(error, text);
  if (/followed by map values/.test(error.message)) {
    return { message: 'A key without ":" after it.', remedy: 'Write "key: value".' };
  }
  if (/Missing (, or|,|space after) /.test(error.message)) {
    return {
      message: 'A "," is missing between the items of a list or a mapping in brackets.',
      remedy: 'Put "," between the items, and a space after each ":".',
    };
  }
  if (/Comments must/.test(error.message)) {
    return {
      message: 'A "#" stands right after a value.',
      remedy: 'Put a space before it to start a comment, or quote the value.',
    };
  }
  return { message: 'This is not valid YAML.', remedy: 'Check this line and the one above.' };
}

/** The parser notices at the end of the file; the quote that opens is what helps. */
function explainUnclosedQuote(error: YAMLError, text: string, quote: string): Explanation {
  const opening = lastOpening(text, error.pos[0], quote);
  return {
    message: `A ${quote} is opened and never closed.`,
    remedy: `Add the closing ${quote}.`,
    ...(opening !== undefined && { offset: opening }),
  };
}

function explainUnclosedBracket(error: YAMLError, text: string): Explanation {
  const bracket = error.message.endsWith('}') ? '{' : '[';
  const opening = text.lastIndexOf(bracket, error.pos[0] - 1);
  return {
    message: `A ${bracket} is opened and never closed.`,
    remedy: `Add the closing ${bracket === '{' ? '}' : ']'}.`,
    ...(opening >= 0 && { offset: opening }),
  };
}

function lastOpening(text: string, before: number, quote: string): number | undefined {
  const starts = new RegExp(`(?:^|[\\s:,\\[{-])${quote}`, 'g');
  let found: number | undefined;
  for (const match of text.slice(0, before).matchAll(starts)) {
    found = match.index + match[0].length - 1;
  }
  return found;
}
