import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { BadCursor } from '../history/history-error.ts';
import { Problem, problemBody, problems } from './problems.ts';
import type { ProblemCode } from './problems.ts';

/** The one place where an error becomes an answer. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  const { status } = problems[problem.code];
  if (status === 500) request.log.error({ err: error }, 'request failed');
  const { retryAfter, allow } = problem.extra;
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (allow !== undefined) reply.header('allow', allow);
  if (status === 401) reply.header('www-authenticate', challenges);
  return reply
    .header('x-request-id', request.id)
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(problem, request.id)));
}

/** One line each: Chromium reads only the first challenge of a line. */
const challenges = ['Basic realm="skep"', 'Bearer realm="skep"'];

function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof BadCursor) return new Problem('bad-cursor', error.message);
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error);
  return engineProblem(error) ?? frameworkProblem(error);
}

type Invalid = {
  validation: { instancePath: string; message?: string }[];
  validationContext?: unknown;
};

function invalidRequest(error: Invalid): Problem {
  const part = partNames[String(error.validationContext)] ?? 'request';
  const errors = error.validation.map(({ instancePath, message }) => ({
    in: part,
    pointer: instancePath,
    detail: message ?? 'invalid',
  }));
  const first = errors[0];
  const where = first?.pointer ? ` at ${first.pointer}` : '';
  return new Problem('invalid-request', `The ${part}${where}: ${first?.detail ?? 'invalid'}.`, {
    errors,
  });
}

const partNames: Record<string, string> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

/** What the Engine's client throws carries the class of the failure; its messages are made for people. */
function engineProblem(error: Error): Problem | undefined {
  if (error.name !== 'EngineError' || !('class' in error)) return undefined;
  const code = engineCodes[String(error.class)] ?? 'engine-refused';
  return new Problem(code, error.message, {}, { cause: error });
}

const engineCodes: Record<string, ProblemCode> = {
  conflict: 'engine-conflict',
  'already-exists': 'engine-conflict',
  unavailable: 'engine-unavailable',
  'wrong-node': 'engine-unavailable',
  locked: 'engine-unavailable',
  'retry-later': 'engine-unavailable',
  'not-leading': 'not-leading',
};

function frameworkProblem(error: FastifyError): Problem {
  const status = error.statusCode ?? 500;
  if (status === 413) {
    return new Problem('body-too-large', 'The body is larger than this address takes.');
  }
  if (status === 415) {
    return new Problem('unsupported-media-type', 'Send the body as application/json.');
  }
  if (status === 400 && /JSON/.test(error.code ?? error.name)) {
    return new Problem('bad-json', 'The body is no valid JSON, or is empty.');
  }
  if (status >= 400 && status < 500) {
    return new Problem(
      'bad-request',
      'The request cannot be understood. Compare it with /openapi.json.',
    );
  }
  return new Problem(
    'internal',
    'Something went wrong inside Skep. Its log has more under the request ID.',
  );
}
