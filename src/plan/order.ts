import type { DesiredObject, DesiredService } from '../desired/desired.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';

type Ordered = { stages: DesiredObject[][]; diagnostics: Diagnostic[] };

/** What needs what: each stage only needs those before it. Services go by `after`, Skep's own comes last of all. */
export function inOrder(objects: readonly DesiredObject[], self: string | undefined): Ordered {
  const of = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind));
  const services = objects.filter((object) => object.kind === 'service');
  const { levels, circle } = levelsOf(services.filter(({ name }) => name !== self));
  const stages = [
    of('cluster'),
    of('node'),
    of('token'),
    of('network'),
    of('config', 'secret'),
    ...levels,
    circle,
    services.filter(({ name }) => name === self),
  ];
  return {
    stages: stages.filter((stage) => stage.length > 0),
    diagnostics: circle.length === 0 ? [] : [circleFound(circle)],
  };
}

function levelsOf(services: DesiredService[]): {
  levels: DesiredService[][];
  circle: DesiredService[];
} {
  const levels: DesiredService[][] = [];
  let rest = services;
  while (rest.length > 0) {
    const open = new Set(rest.map(({ name }) => name));
    const free = rest.filter(({ after }) => !after.some(({ name }) => open.has(name)));
    if (free.length === 0) break;
    levels.push(free);
    rest = rest.filter((service) => !free.includes(service));
  }
  return { levels, circle: rest };
}

function circleFound(services: DesiredService[]): Diagnostic {
  const [first] = services;
  return {
    severity: 'error',
    code: 'dependency-cycle',
    message: `These services wait for each other: ${services.map(({ name }) => name).join(', ')}.`,
    remedy: 'Take one "depends_on" out of the circle.',
    ...(first?.place && { place: first.place }),
    ...(first && { unit: first.unit }),
  };
}
