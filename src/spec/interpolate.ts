/** What one text becomes, which variables it asked for, and what is wrong with it. */
export type Interpolated = {
  text: string;
  /** Every variable that was looked at, found or not. */
  used: string[];
  /** Asked for without a default, and not there. */
  missing: Problem[];
  error?: Problem & { kind: 'required' | 'invalid' };
};

/** `offset` is that of the `$`; `message` of a required variable is the file's own. */
export type Problem = { offset: number; name: string; message: string };

type Lookup = (name: string) => string | undefined;

const maxNesting = 20;

/**
 * Replaces `$NAME`, `${NAME}` and the forms with `:-`, `-`, `:?`, `?`, `:+` and `+`; `$$` is a dollar. A default may hold
 * `${…}` itself. After the first error the rest is left as it is.
 */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  const result: Interpolated = { text: '', used: [], missing: [] };
  if (!text.includes('$')) return { ...result, text };
  result.text = expand(text, 0, { lookup, result, nesting: 0 });
  return result;
}

type State = { lookup: Lookup; result: Interpolated; nesting: number };
type Expanded = { value: string; end: number };

function expand(text: string, base: number, state: State): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1 || state.result.error) return out + text.slice(at);
    const { value, end } = expandOne(text, dollar, base, state);
    out += text.slice(at, dollar) + value;
    at = end;
  }
  return out;
}

function expandOne(text: string, dollar: number, base: number, state: State): Expanded {
  if (text[dollar + 1] === '$') return { value: '$', end: dollar + 2 };
  if (text[dollar + 1] === '{') return expandBraces(text, dollar, base, state);
  const name = nameAt(text, dollar + 1);
  if (name === '') return invalid(text, dollar, base, state, 'A "$" stands alone.');
  return { value: plain(name, base + dollar, state), end: dollar + 1 + name.length };
}

/**
 * `docker stack deploy` takes a default as it is written, and hashes of passwords such as `$2y$05$…` rely on that. Only
 * `${…}`, which nobody writes but to have it replaced, is replaced here.
 */
function expandDefault(text: string, base: number, state: State): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1 || state.result.error) return out + text.slice(at);
    const next = text[dollar + 1];
    const { value, end } =
      next === '{'
        ? expandBraces(text, dollar, base, state)
        : { value: next === '$' ? '$$' : '$', end: dollar + (next === '$' ? 2 : 1) };
    out += text.slice(at, dollar) + value;
    at = end;
  }
  return out;
}

function expandBraces(text: string, dollar: number, base: number, state: State): Expanded {
  const close = closingBrace(text, dollar + 2);
  if (close === -1) return invalid(text, dollar, base, state, 'A "${" is never closed.');
  const name = nameAt(text, dollar + 2);
  const afterName = dollar + 2 + name.length;
  const operator = /^(:?[-?+])/.exec(text.slice(afterName, afterName + 2))?.[1] ?? '';
  if (name === '' || (operator === '' && afterName !== close)) {
    const message = 'What stands in "${…}" is no name of a variable.';
    return invalid(text, dollar, base, state, message);
  }
  if (state.nesting >= maxNesting) {
    return invalid(text, dollar, base, state, 'Variables are nested too deep.');
  }
  const start = afterName + operator.length;
  const operand = { text: text.slice(start, close), base: base + start };
  return { value: operate(name, operator, operand, base + dollar, state), end: close + 1 };
}

function operate(
  name: string,
  operator: string,
  operand: { text: string; base: number },
  offset: number,
  state: State,
): string {
  if (operator === '') return plain(name, offset, state);
  const value = look(name, state);
  const isThere = operator.startsWith(':') ? Boolean(value) : value !== undefined;
  const inner = { ...state, nesting: state.nesting + 1 };
  if (operator.endsWith('+')) return isThere ? expand(operand.text, operand.base, inner) : '';
  if (isThere) return value ?? '';
  if (operator.endsWith('-')) return expandDefault(operand.text, operand.base, inner);
  // As written: filling variables in would put their values into a message.
  state.result.error ??= { kind: 'required', offset, name, message: operand.text };
  return '';
}

function plain(name: string, offset: number, state: State): string {
  const value = look(name, state);
  if (value === undefined) state.result.missing.push({ offset, name, message: '' });
  return value ?? '';
}

function look(name: string, state: State): string | undefined {
  state.result.used.push(name);
  return state.lookup(name);
}

function invalid(
  text: string,
  dollar: number,
  base: number,
  state: State,
  message: string,
): Expanded {
  state.result.error ??= { kind: 'invalid', offset: base + dollar, name: '', message };
  return { value: text.slice(dollar), end: text.length };
}

function nameAt(text: string, start: number): string {
  const pattern = /[A-Za-z_][A-Za-z0-9_]*/y;
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? '';
}

function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '$' && text[i + 1] === '$') i++;
    else if (text[i] === '$' && text[i + 1] === '{') open++;
    else if (text[i] === '}' && --open === 0) return i;
  }
  return -1;
}
