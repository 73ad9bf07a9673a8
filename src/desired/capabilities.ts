const all = 'ALL';

/** Both lists as the Engine keeps them: prefixed, sorted, `ALL` standing for the rest, and adding winning over dropping. */
export function effectiveCapabilities(
  add: readonly string[] = [],
  drop: readonly string[] = [],
): { add: string[]; drop: string[] } {
  const added = normalise(add);
  const dropped = normalise(drop).filter((capability) => !added.includes(capability));
  return { add: added, drop: dropped };
}

function normalise(capabilities: readonly string[]): string[] {
  const names = new Set(capabilities.map(withPrefix));
  return names.has(all) ? [all] : [...names].sort();
}

function withPrefix(capability: string): string {
  const name = capability.trim().toUpperCase();
  return name === all || name.startsWith('CAP_') ? name : `CAP_${name}`;
}
