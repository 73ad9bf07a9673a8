import { html } from './html.ts';
import type { Html } from './html.ts';

/** A moment as a person says it, with the exact time behind it. */
export function moment(at: number | null, now: number): Html {
  if (at === null) return html`<span class="none">–</span>`;
  const exact = new Date(at).toISOString();
  return html`<time datetime="${exact}" title="${clock(at)}">${relative(at - now)}</time>`;
}

/** For example `2026-11-21 18:00 UTC`. */
export function clock(at: number): string {
  const exact = new Date(at).toISOString();
  return `${exact.slice(0, 10)} ${exact.slice(11, 16)} UTC`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** For example `3 min ago` or `in 2 d 4 h`; ms from now. */
export function relative(ms: number): string {
  const said = duration(Math.abs(ms));
  if (said === '') return 'now';
  return ms < 0 ? `${said} ago` : `in ${said}`;
}

/** The two largest units that matter; nothing below a second. */
export function duration(ms: number): string {
  const first = units.findIndex(([, size]) => ms >= size);
  const [name, size] = units[first] ?? ['', 0];
  if (size === 0) return '';
  const count = Math.floor(ms / size);
  const [smaller, smallerSize] = units[first + 1] ?? ['', 0];
  const rest = smallerSize > 0 && count < 3 ? Math.floor((ms % size) / smallerSize) : 0;
  return rest > 0 && smaller !== 's' ? `${count} ${name} ${rest} ${smaller}` : `${count} ${name}`;
}
