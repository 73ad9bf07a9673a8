import { list, map, nonZero, or, set } from './canonical.ts';
import { type Field, group, single } from './field.ts';

const at = (...keys: string[]) => ['TaskTemplate', ...keys];

export const placement: Field[] = [
  // Tasks whose node still fits stay, but nobody knows before.
  single('placement.constraints', at('Placement', 'Constraints'), (value) =>
    set(list(value).map((constraint) => canonicalConstraint(String(constraint)))),
  ),
  single('placement.preferences', at('Placement', 'Preferences'), list, { restarts: false }),
  single('placement.max_replicas_per_node', at('Placement', 'MaxReplicas'), nonZero(0), {
    restarts: false,
  }),
  group(
    'logging',
    at('LogDriver'),
    { Name: ['driver', or('')], Options: ['options', map] },
    // Tokens of log services are among them.
    { sensitive: /\.options\./ },
  ),
];

/** The Engine stores constraints as they were written: `a==b` or `a == b`. */
function canonicalConstraint(constraint: string): string {
  return constraint.trim().replace(/\s*(==|!=)\s*/, ' $1 ');
}
