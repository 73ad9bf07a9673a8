/** Every way in which a request can fail: the one table behind the answers, the OpenAPI document and the reference. Codes are stable. */
export const problems = {
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  'bad-json': { status: 400, title: 'The body is no valid JSON' },
  'invalid-request': { status: 400, title: 'The request does not have the documented form' },
  'bad-cursor': { status: 400, title: 'The cursor is not one that this list gave out' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'The token lacks the scope for this' },
  'cross-origin': { status: 403, title: 'Another site may not change anything here' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'unit-not-found': { status: 404, title: 'No unit has this name' },
  'run-not-found': { status: 404, title: 'No run has this ID' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'engine-conflict': { status: 409, title: 'The object was changed by somebody else meanwhile' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'wrong-host': { status: 421, title: 'Skep does not answer under this host name' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Skep failed to answer' },
  'engine-refused': { status: 502, title: 'The Engine refused' },
  'engine-unavailable': { status: 503, title: 'The Engine cannot be reached or is not ready' },
  'not-leading': { status: 503, title: 'Another Skep leads' },
  'too-many-streams': { status: 503, title: 'Too many event streams are open' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** Thrown by routes. `detail` is for a person and says what to do; it never holds a value that could be secret. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, detail: string, extra: ProblemExtra = {}, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.extra = extra;
  }
}

/** `retryAfter` in seconds; `allow` goes into the header of that name. */
export type ProblemExtra = {
  errors?: { in: string; pointer: string; detail: string }[];
  retryAfter?: number;
  allow?: string;
  leader?: string | null;
};

/** The body of an answer as RFC 9457 has it. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  errors?: { in: string; pointer: string; detail: string }[];
  retryAfter?: number;
  /** Who leads, when it is another Skep. */
  leader?: string | null;
};

export function problemBody({ code, message, extra }: Problem, requestId: string): ProblemBody {
  const { allow: _header, ...rest } = extra;
  return {
    type: `urn:skep:problem:${code}`,
    ...problems[code],
    detail: message,
    instance: `urn:skep:request:${requestId}`,
    code,
    ...rest,
  };
}
