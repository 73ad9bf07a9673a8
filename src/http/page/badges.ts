import type { Resource, UnitStatus } from '../../reconcile/operator.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** The four tones that everything on the page is coloured by. */
export type Tone = 'good' | 'busy' | 'bad' | 'idle';

const tones: Record<string, Tone> = {
  healthy: 'good',
  synced: 'good',
  ready: 'good',
  done: 'good',
  progressing: 'busy',
  'out-of-sync': 'busy',
  missing: 'busy',
  running: 'busy',
  wait: 'busy',
  retry: 'busy',
  degraded: 'bad',
  blocked: 'bad',
  stalled: 'bad',
  failed: 'bad',
  error: 'bad',
  interrupted: 'bad',
  warning: 'busy',
};

export function toneOf(word: string): Tone {
  return tones[word] ?? 'idle';
}

export function badge(word: string): Html {
  return html`<span class="badge ${toneOf(word)}">${word.replaceAll('-', ' ')}</span>`;
}

/** How a unit is doing, all answers taken together. */
export function unitTone(unit: UnitStatus): Tone {
  if (unit.suspended) return 'idle';
  if (unit.health === 'degraded' || unit.outcome?.result === 'stalled') return 'bad';
  if (unit.operation !== null || unit.health === 'progressing') return 'busy';
  if (unit.sync === 'out-of-sync' || unit.outcome?.result === 'retry') return 'busy';
  return unit.sync === 'synced' && unit.health === 'healthy' ? 'good' : 'idle';
}

export function resourceTone({ sync, health }: Resource): Tone {
  if (sync === 'blocked' || health === 'degraded') return 'bad';
  if (sync !== 'synced' || health === 'progressing') return 'busy';
  return health === 'healthy' ? 'good' : 'idle';
}
