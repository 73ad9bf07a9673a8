/**
 * What a failed call means for the loop.
 * - `conflict`: the version moved; read again and plan again.
 * - `already-exists`: the name is taken; look whose it is.
 * - `unavailable`: the Swarm cannot be asked now; stop the pass. Whether a write took effect is not known.
 * - `wrong-node`: this Engine cannot manage the Swarm and will not by waiting.
 * - `locked`: the manager waits for its unlock key.
 * - `not-found`: the object is gone.
 * - `unknown`: the answer proves nothing; read again.
 * - `missing-dependency`: something that the object refers to is not there (yet).
 * - `blocked`: something else is in the way and may go away.
 * - `refused`: the Swarm protects itself; no retry until something changes.
 * - `invalid`: the request is wrong, or not supported.
 * - `version`: the API version does not fit; negotiate again.
 * - `retry-later`: a change of role is under way.
 * - `not-leading`: another Skep may write; nothing was sent.
 */
export type ErrorClass =
  | 'conflict'
  | 'already-exists'
  | 'unavailable'
  | 'wrong-node'
  | 'locked'
  | 'not-found'
  | 'unknown'
  | 'missing-dependency'
  | 'blocked'
  | 'refused'
  | 'invalid'
  | 'version'
  | 'retry-later'
  | 'not-leading';

/** A failed call. The message never holds the request's body, its credentials or a token. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly class: ErrorClass;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The route's template, for example `POST /services/{id}/update`. */
  readonly call: string;

  constructor(message: string, about: { class: ErrorClass; status?: number; call?: string }) {
    super(message);
    this.class = about.class;
    this.status = about.status ?? 0;
    this.call = about.call ?? '';
  }
}

/** Whether it is an `EngineError`, and of that class when one is given. */
export function isEngineError(error: unknown, errorClass?: ErrorClass): error is EngineError {
  return error instanceof EngineError && (errorClass === undefined || error.class === errorClass);
}

type Rule = { status?: number[]; call?: RegExp; message?: RegExp; class: ErrorClass };

/**
 * The first rule that fits decides. Status codes alone mislead: the optimistic lock and a lost quorum both answer 500
 * (https://github.com/moby/swarmkit/issues/1379), and messages alone do too, since a registry's pass through.
 */
const rules: Rule[] = [
  // What a registry refuses comes as 500 from newer Engines.
  {
    call: /^GET \/distribution/,
    message: /unauthorized|authentication required|no basic auth|denied/i,
    class: 'invalid',
  },
  { call: /^GET \/distribution/, status: [400, 401, 403], class: 'invalid' },
  { call: /^GET \/distribution/, message: /manifest unknown/i, class: 'not-found' },
  { call: /^GET \/distribution/, status: [404], class: 'not-found' },
  { call: /^GET \/distribution/, class: 'unknown' },

  { message: /client version .* is too (new|old)/i, class: 'version' },
  { message: /update out of sequence/i, class: 'conflict' },
  { status: [409], class: 'already-exists' },
  { message: /name conflicts with an existing object/i, class: 'already-exists' },

  { message: /encrypted and needs to be unlocked/i, class: 'locked' },
  { message: /certificates have expired/i, class: 'wrong-node' },
  // A manager that is only starting begins its answer in the words of one that is none.
  { message: /manager is being prepared|trouble connecting to the cluster/i, class: 'unavailable' },
  { message: /not a swarm manager|not part of a swarm/i, class: 'wrong-node' },
  {
    message:
      /does not have a leader|DeadlineExceeded|deadline exceeded|lost leader status|transport:|code = Unavailable/i,
    class: 'unavailable',
  },

  { message: /can't find manager in raft member ?list/i, class: 'retry-later' },
  { message: /loss of quorum|last manager/i, status: [400], class: 'refused' },
  {
    message: /\bin use\b|must be demoted|not down|depends on it|has active endpoints/i,
    status: [400, 403],
    class: 'blocked',
  },
  {
    call: /^POST \/services/,
    message: /\b(network|secret|config)\b.* not found/i,
    class: 'missing-dependency',
  },
  { call: /^POST \/networks/, message: /not found/i, class: 'missing-dependency' },
  // While the cluster is out of reach, networks and filtered tasks answer 404 without having been looked up.
  { call: /\/(networks|tasks)/, status: [404], class: 'unknown' },
  { status: [404], class: 'not-found' },
  { status: [400, 401, 403, 405, 406, 501], class: 'invalid' },
  { status: [502, 503, 504], class: 'unavailable' },
];

/** The class of an answer that was no success. `call` is the method and the route's template. */
export function classifyAnswer(status: number, message: string, call: string): ErrorClass {
  const rule = rules.find(
    (rule) =>
      (rule.status?.includes(status) ?? true) &&
      (rule.call?.test(call) ?? true) &&
      (rule.message?.test(message) ?? true),
  );
  return rule?.class ?? 'unknown';
}

const longestMessage = 500;

/** The error for an answer that was no success; `body` is the Engine's. */
export function answerError(status: number, body: string, call: string): EngineError {
  const message = engineMessage(body).slice(0, longestMessage);
  return new EngineError(`the Engine answered ${status} to ${call}: ${message}`, {
    class: classifyAnswer(status, message, call),
    status,
    call,
  });
}

/** The error for a call that got no (whole) answer. */
export function connectionError(cause: unknown, host: string, call: string): EngineError {
  const code = errorCode(cause);
  const remedy = remedies[code];
  const what = code || (cause instanceof Error ? cause.message : 'connection lost');
  return new EngineError(
    `no answer from the Engine at ${host} to ${call} (${what})${remedy ? `: ${remedy}` : ''}`,
    { class: 'unavailable', call },
  );
}

const remedies: Record<string, string> = {
  ENOENT: 'there is no socket; start the Engine, or mount its socket here, or set --host',
  EACCES: 'the socket may not be opened; run as a user of its group',
  ECONNREFUSED: 'nothing listens there; start the Engine or correct --host',
  ENOTFOUND: 'the host name does not resolve; correct --host',
};

function errorCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : '';
}

function engineMessage(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (parsed !== null && typeof parsed === 'object' && 'message' in parsed) {
      return String(parsed.message);
    }
  } catch {
    // Proxies and very old Engines answer in plain text.
  }
  return body.trim() || 'no message';
}
