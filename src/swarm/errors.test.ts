import { describe, expect, test } from 'vitest';

import { answerError, classifyAnswer, connectionError, type ErrorClass } from './errors.ts';

/** Answers as Engines 20.10 to 29 give them. */
const answers: [number, string, string, ErrorClass][] = [
  [
    500,
    'POST /services/{id}/update',
    'rpc error: code = Unknown desc = update out of sequence',
    'conflict',
  ],
  [
    409,
    'POST /configs/create',
    'rpc error: code = AlreadyExists desc = config x already exists',
    'already-exists',
  ],
  [
    500,
    'POST /networks/create',
    'rpc error: code = Unknown desc = name conflicts with an existing object',
    'already-exists',
  ],
  [
    500,
    'GET /swarm',
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.",
    'unavailable',
  ],
  [
    500,
    'GET /services',
    'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'unavailable',
  ],
  [500, 'GET /tasks', 'rpc error: code = Aborted desc = node lost leader status', 'unavailable'],
  [
    503,
    'GET /nodes',
    'This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.',
    'unavailable',
  ],
  [
    503,
    'GET /swarm',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing unix /run/control.sock"',
    'unavailable',
  ],
  [502, 'GET /swarm', '<html>Bad Gateway</html>', 'unavailable'],
  [
    503,
    'GET /swarm',
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join".',
    'wrong-node',
  ],
  [503, 'DELETE /nodes/{id}', 'This node is not part of a swarm', 'wrong-node'],
  [503, 'GET /swarm', 'Swarm certificates have expired.', 'wrong-node'],
  [
    503,
    'GET /swarm',
    'Swarm is encrypted and needs to be unlocked before it can be used.',
    'locked',
  ],
  [
    404,
    'POST /nodes/{id}/update',
    "rpc error: code = NotFound desc = can't find manager in raft memberlist",
    'retry-later',
  ],
  [404, 'DELETE /services/{id}', 'service abc not found', 'not-found'],
  [404, 'POST /services/{id}/update', 'service abc not found', 'not-found'],
  [404, 'GET /networks/{id}', 'network abc not found', 'unknown'],
  [404, 'DELETE /networks/{id}', 'network abc not found', 'unknown'],
  [404, 'GET /tasks', 'service abc not found', 'unknown'],
  [500, 'POST /services/create', 'network backend not found', 'missing-dependency'],
  [
    400,
    'POST /services/create',
    'rpc error: code = InvalidArgument desc = secret not found: abc',
    'missing-dependency',
  ],
  [
    400,
    'DELETE /secrets/{id}',
    "rpc error: code = InvalidArgument desc = secret 'x' is in use by the following service: y",
    'blocked',
  ],
  [
    403,
    'DELETE /networks/{id}',
    'error while removing network: network x id abc has active endpoints',
    'blocked',
  ],
  [
    400,
    'DELETE /nodes/{id}',
    "rpc error: code = FailedPrecondition desc = node abc is not down and can't be removed",
    'blocked',
  ],
  [
    400,
    'DELETE /nodes/{id}',
    'rpc error: code = FailedPrecondition desc = node abc is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal',
    'blocked',
  ],
  [
    400,
    'POST /nodes/{id}/update',
    'rpc error: code = FailedPrecondition desc = attempting to demote the last manager of the swarm',
    'refused',
  ],
  [
    400,
    'POST /nodes/{id}/update',
    "can't remove member from the raft: this would result in a loss of quorum",
    'refused',
  ],
  [
    400,
    'GET /services',
    'client version 1.60 is too new. Maximum supported API version is 1.41',
    'version',
  ],
  [400, 'POST /services/create', 'invalid reference format', 'invalid'],
  [501, 'POST /services/{id}/update', 'renaming services is not supported', 'invalid'],
  [500, 'POST /services/create', 'something nobody has seen', 'unknown'],
  [
    500,
    'GET /distribution/{image}/json',
    'Get "https://r/v2/": context deadline exceeded',
    'unknown',
  ],
  [503, 'GET /distribution/{image}/json', 'registry is down', 'unknown'],
  [401, 'GET /distribution/{image}/json', 'unauthorized', 'invalid'],
  [
    500,
    'GET /distribution/{image}/json',
    'Get "https://r/v2/a/manifests/1": no basic auth credentials',
    'invalid',
  ],
  [404, 'GET /distribution/{image}/json', 'manifest unknown: manifest unknown', 'not-found'],
];

describe('an answer that is no success', () => {
  test.each(answers)('%i %s %s', (status, call, message, expected) => {
    expect(classifyAnswer(status, message, call)).toBe(expected);
  });

  test('is told with the message inside of the JSON, shortened', () => {
    const error = answerError(
      409,
      JSON.stringify({ message: `taken ${'x'.repeat(9000)}` }),
      'POST /configs/create',
    );
    expect(error.message).toMatch(/^the Engine answered 409 to POST \/configs\/create: taken x/);
    expect(error.message.length).toBeLessThan(600);
  });

  test('may be plain text or empty', () => {
    expect(answerError(503, ' busy\n', 'GET /swarm').message).toContain(': busy');
    expect(answerError(503, '', 'GET /swarm').message).toContain('no message');
  });
});

test('a connection that fails says what to do', () => {
  const cause = Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' });
  const error = connectionError(cause, 'unix:///run/x.sock', 'GET /swarm');
  expect(error.class).toBe('unavailable');
  expect(error.message).toBe(
    'no answer from the Engine at unix:///run/x.sock to GET /swarm (ENOENT): there is no socket; start the Engine, or mount its socket here, or set --host',
  );
});
