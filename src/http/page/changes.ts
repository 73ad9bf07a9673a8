import { sensitiveValue } from '../../plan/action.ts';
import type { Change } from '../../plan/action.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** Fields with what they were and what they became. */
export function changeList(changes: readonly Change[]): Html | null {
  if (changes.length === 0) return null;
  return html`<ul class="changes">
    ${changes.map(
      ({ path, from, to }) =>
        html`<li>
          <code class="path">${path}</code>
          <span class="values">${values(from, to)}</span>
        </li>`,
    )}
  </ul>`;
}

function values(from: unknown, to: unknown): Html {
  if (from === sensitiveValue && to === sensitiveValue)
    return html`<em>changed, but not shown</em>`;
  return html`<del>${shown(from)}</del><span class="arrow" aria-label="became">→</span
    ><ins>${shown(to)}</ins>`;
}

const longest = 160;

function shown(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
