import { command, tryCommand } from '../command.ts';
import { BRIDGE_PREFIX } from './paths.ts';

const WITHIN = 20_000;
/** Debian has both; rules of the one are invisible to the other and filter all the same. */
const VARIANTS = ['iptables-nft', 'iptables-legacy'];

/** Removes the chains and rules a dead Engine left behind. Only to be called when no Engine runs here. */
export async function removeStaleRules(): Promise<number> {
  let removed = 0;
  for (const variant of VARIANTS) {
    const saved = await tryCommand(`${variant}-save`, [], { within: WITHIN });
    if (saved.code !== 0) continue;
    const kept = withoutEngineRules(saved.stdout);
    if (kept === saved.stdout) continue;
    await command(`${variant}-restore`, [], { within: WITHIN, input: kept });
    removed += saved.stdout.split('\n').length - kept.split('\n').length;
  }
  return removed;
}

/**
 * A saved rule set without what an Engine wrote: its chains, every rule that leads to one or names one of its bridges, and its
 * closed FORWARD policy.
 */
export function withoutEngineRules(saved: string): string {
  if (!saved.split('\n').some(isEngineRule)) return saved;
  return saved
    .split('\n')
    .filter((line) => !isEngineRule(line))
    .map((line) => line.replace(/^:FORWARD DROP/, ':FORWARD ACCEPT'))
    .join('\n');
}

const ENGINE_RULES = [
  /^:DOCKER/,
  /^-A DOCKER/,
  / -j DOCKER/,
  new RegExp(` -[io] (docker0|br-[0-9a-f]{12}|${BRIDGE_PREFIX}\\S*)( |$)`),
];

function isEngineRule(line: string): boolean {
  return ENGINE_RULES.some((rule) => rule.test(line));
}
