import { z } from 'zod';

/** What the OpenAPI document calls the shapes. A registry of its own, for other parts of Skep name shapes of theirs. */
export const shapes = z.registry<{ id?: string; description?: string; examples?: unknown[] }>();

const time = () =>
  z
    .number()
    .int()
    .register(shapes, { description: 'ms since the epoch', examples: [1_795_000_000_000] });
const text = (description: string, example: string) =>
  z.string().register(shapes, { description, examples: [example] });

export const kindName = z
  .enum(['cluster', 'node', 'token', 'network', 'config', 'secret', 'service'])
  .register(shapes, { id: 'Kind' });
export const tokenRole = z.enum(['worker', 'manager']).register(shapes, { id: 'TokenRole' });
export const rotationSubject = z
  .enum(['worker', 'manager', 'unlock-key'])
  .register(shapes, { id: 'RotationSubject' });

export const deliveryStatus = z
  .object({
    subject: z.enum(['worker', 'manager', 'unlock-key']),
    way: z.enum(['file', 'webhook', 'secret']),
    target: text('a path, scheme and host of a webhook, or a name', 'https://hooks.example.com'),
    state: z.enum(['pending', 'delivered', 'dead', 'unknown']),
    fingerprint: text('of what it was last given', '9f86d081884c7d65').nullable(),
    deliveredAt: time().nullable(),
    attempts: z.number().int(),
    nextAttemptAt: time().nullable(),
    error: z.string().nullable(),
  })
  .register(shapes, {
    id: 'DeliveryStatus',
    description:
      'How a token or key gets to one place. "dead" is given up until there is a new one or a person reconciles "cluster".',
  });

const place = z.object({ file: z.string(), line: z.number().int(), column: z.number().int() });

export const diagnostic = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    remedy: z.string().exactOptional(),
    place: place.exactOptional(),
    unit: z.string().exactOptional(),
  })
  .register(shapes, {
    id: 'Diagnostic',
    examples: [
      {
        severity: 'error',
        code: 'unknown-key',
        message: '"imgae" is no key of a service',
        remedy: 'Did you mean "image"?',
        place: { file: 'stacks/shop/compose.yaml', line: 4, column: 5 },
        unit: 'shop',
      },
    ],
  });

export const outcome = z
  .discriminatedUnion('result', [
    z.object({ result: z.literal('ready') }),
    z.object({ result: z.literal('retry'), reason: z.string(), message: z.string() }),
    z.object({ result: z.literal('wait'), until: time(), reason: z.string(), message: z.string() }),
    z.object({ result: z.literal('stalled'), reason: z.string(), message: z.string() }),
  ])
  .register(shapes, { id: 'Outcome', examples: [{ result: 'ready' }] });

const condition = z
  .object({
    type: text('what is the matter, in one word', 'NoSuitableNode'),
    kind: kindName.exactOptional(),
    name: z.string().exactOptional(),
    message: z.string(),
    since: time(),
  })
  .register(shapes, { id: 'Condition' });

export const unitStatus = z
  .object({
    name: text('the name of the stack, or "cluster"', 'shop'),
    kind: z.enum(['cluster', 'stack']),
    files: z.array(z.string()),
    revision: z.string(),
    sync: z.enum(['synced', 'out-of-sync', 'unknown']),
    health: z.enum(['healthy', 'progressing', 'degraded', 'suspended', 'unknown']),
    operation: z.string().nullable(),
    outcome: outcome.nullable(),
    lastRunAt: time().nullable(),
    nextRunAt: time().nullable(),
    attempts: z.number().int(),
    suspended: z.boolean(),
    conditions: z.array(condition),
  })
  .register(shapes, { id: 'UnitStatus' });

const certificate = z
  .object({
    kind: z.enum(['root', 'node']),
    name: text('"root", or the hostname', 'm1'),
    nodeId: z.string().nullable(),
    expiresAt: time().nullable().register(shapes, { description: 'null when nobody can see it' }),
    expiring: z
      .boolean()
      .register(shapes, { description: 'less than a fifth of its time is left' }),
    message: z.string(),
  })
  .register(shapes, { id: 'Certificate' });

export const status = z
  .object({
    version: text('of Skep', '0.1.0'),
    startedAt: time(),
    ready: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string() })),
    engine: z
      .object({
        host: z.string(),
        apiVersion: z.string(),
        engineVersion: z.string(),
        reachable: z.boolean(),
      })
      .nullable(),
    leader: z
      .object({ holder: text('of the lease', 'manager1-3f9a1c').nullable(), self: z.boolean() })
      .nullable(),
    suspended: z.boolean().meta({ description: 'A person has suspended every unit.' }),
    desired: z.object({ directory: z.string(), readAt: time().nullable(), complete: z.boolean() }),
    units: z.array(unitStatus),
    deliveries: z.array(deliveryStatus),
    certificates: z.array(certificate),
    diagnostics: z.array(diagnostic),
  })
  .register(shapes, { id: 'Status' });

export const resource = z
  .object({
    unit: z.string(),
    kind: kindName,
    name: z.string(),
    id: z.string().nullable(),
    sync: z.enum(['synced', 'out-of-sync', 'blocked', 'missing']),
    health: z.enum(['healthy', 'progressing', 'degraded', 'unknown']),
    message: z.string(),
  })
  .register(shapes, { id: 'Resource' });

export const unitDetail = unitStatus
  .extend({ resources: z.array(resource), diagnostics: z.array(diagnostic) })
  .register(shapes, { id: 'UnitDetail' });

const change = z.object({ path: z.string(), from: z.unknown(), to: z.unknown() }).register(shapes, {
  id: 'Change',
  description: 'One field that differs. A sensitive value is "(sensitive)" on both sides.',
  examples: [{ path: 'Mode.Replicated.Replicas', from: 2, to: 3 }],
});

export const planReport = z
  .object({
    actions: z.array(
      z.object({
        unit: z.string(),
        kind: kindName,
        name: z.string(),
        action: z.enum(['create', 'update', 'replace', 'delete', 'blocked']),
        restarts: z.boolean(),
        reason: z.string(),
        changes: z.array(change),
      }),
    ),
    warnings: z.array(diagnostic),
    errors: z.array(diagnostic),
  })
  .register(shapes, { id: 'Plan' });

export const run = z
  .object({
    id: text('sorts by time', '01a2b3c4d5e60000f00dcafe'),
    unit: z.string(),
    trigger: text('what made Skep look', 'files'),
    revision: z.string(),
    startedAt: time(),
    finishedAt: time().nullable(),
    result: text('running, interrupted, or what the run came to', 'ready'),
    reason: z.string().nullable().exactOptional(),
    message: z.string().nullable(),
  })
  .register(shapes, { id: 'Run' });

export const runDetail = run
  .extend({
    changes: z.array(
      z.object({
        id: z.string(),
        kind: kindName,
        name: z.string(),
        action: z.string(),
        reason: z.string(),
        changes: z.array(change),
        startedAt: time(),
        finishedAt: time().nullable(),
        result: z.string(),
        error: z.string().nullable(),
      }),
    ),
  })
  .register(shapes, { id: 'RunDetail' });

export const drift = z
  .object({
    id: z.string(),
    unit: z.string(),
    kind: kindName,
    name: z.string(),
    changes: z.array(change),
    at: time(),
    settledAt: time().nullable(),
  })
  .register(shapes, { id: 'Drift' });

export const tokenStatus = z
  .object({
    role: rotationSubject,
    schedule: text('in words', '0 3 * * 0 (Asia/Seoul), up to 30m later').nullable(),
    rotate: text('a cron expression', '0 3 * * 0').nullable(),
    timezone: z.string().nullable(),
    every: z.number().describe('in ms').nullable(),
    fingerprint: text("first 16 hex digits of the token's SHA-256", '9f86d081884c7d65').nullable(),
    lastRotationAt: time().nullable(),
    lastRotationBy: text('who made it, or that it was not this Skep', 'schedule').nullable(),
    nextSlotAt: time().nullable(),
    nextRotationAt: time().nullable(),
    deliveries: z.array(deliveryStatus),
  })
  .register(shapes, { id: 'TokenStatus' });

export const joinAnswer = z
  .object({
    role: tokenRole,
    token: z.string(),
    addresses: z
      .array(text('host and port', '10.0.0.1:2377'))
      .register(shapes, { description: 'of the managers that can be reached' }),
    leader: text('the one of them that leads', '10.0.0.1:2377').nullable(),
    command: text(
      'to be run on the machine that joins',
      'docker swarm join --token SWMTKN-1-… 10.0.0.1:2377',
    ),
    hints: z
      .array(z.string())
      .register(shapes, { description: 'what may have to be added to it, and opened for it' }),
  })
  .register(shapes, { id: 'JoinAnswer' });

export const rotation = z
  .object({
    id: z.string(),
    role: rotationSubject,
    slot: time().nullable(),
    trigger: z.string(),
    startedAt: time(),
    finishedAt: time().nullable(),
    result: z.string(),
    before: text('a fingerprint', '9f86d081884c7d65'),
    after: z.string().nullable(),
    error: z.string().nullable(),
  })
  .register(shapes, { id: 'Rotation' });

export const receipt = z
  .object({
    request: z.string(),
    units: z.array(z.string()),
    outcomes: z.record(z.string(), outcome).exactOptional(),
  })
  .register(shapes, { id: 'ReconcileReceipt' });

/** Paths are relative to the desired directory and stay inside it. */
const proposedFile = z
  .string()
  .max(255)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\\0]+$/, 'a path inside the desired directory');

export const allow = z
  .strictObject({ prune: z.boolean().exactOptional(), force: z.boolean().exactOptional() })
  .register(shapes, {
    id: 'Allow',
    description:
      'What may pass this once: a prune that the guard holds back, a spec that Swarm has rolled back.',
  });

export const planRequest = z
  .strictObject({
    unit: z.string().exactOptional(),
    files: z.record(proposedFile, z.string()).exactOptional(),
    allow: allow.exactOptional(),
  })
  .register(shapes, {
    id: 'PlanRequest',
    examples: [{ files: { 'stacks/shop.yaml': 'services: { web: { image: "nginx:1.29" } }' } }],
  });

export const reconcileRequest = z
  .strictObject({
    units: z.array(z.string()).min(1).max(1000).exactOptional(),
    allow: allow.exactOptional(),
  })
  .register(shapes, { id: 'ReconcileRequest', examples: [{ units: ['shop'] }] });

export const page = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .exactOptional()
    .register(shapes, { description: 'at most so many; 50 when not said', examples: [50] }),
  cursor: text('`nextCursor` of the page before', 'cnVuczo').exactOptional(),
};

export const problem = z
  .object({
    type: text('names the problem', 'urn:skep:problem:unit-not-found'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: text('names the request; its ID is in the log', 'urn:skep:request:7f3a'),
    code: text('stable', 'unit-not-found'),
    errors: z
      .array(z.object({ in: z.string(), pointer: z.string(), detail: z.string() }))
      .exactOptional(),
    leader: z.string().nullable().exactOptional(),
    retryAfter: z.number().exactOptional(),
  })
  .register(shapes, { id: 'Problem', description: 'RFC 9457' });

/** A list as all of them are. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
