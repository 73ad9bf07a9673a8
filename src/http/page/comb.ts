import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Tone } from './badges.ts';

export type Cell = { label: string; href: string; tone: Tone };

const radius = 23;
const stepX = radius * Math.sqrt(3);
const stepY = radius * 1.5;

/** A honeycomb with one cell for each of `cells`; each is a link, and says in words what its colour says. */
export function comb(cells: readonly Cell[], columns: number): Html {
  const rows = Math.max(1, Math.ceil(cells.length / columns));
  const width =
    Math.ceil(stepX * (Math.min(columns, Math.max(cells.length, 1)) + (rows > 1 ? 0.5 : 0))) + 4;
  const height = Math.ceil(stepY * (rows - 1) + 2 * radius) + 4;
  return html`<svg
    class="comb"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="group"
    aria-label="Units at a glance"
  >
    ${cells.map((cell, index) => drawCell(cell, index % columns, Math.floor(index / columns)))}
  </svg>`;
}

function drawCell({ label, href, tone }: Cell, column: number, row: number): Html {
  const x = 2 + stepX * (column + 0.5 + (row % 2) * 0.5);
  const y = 2 + radius + stepY * row;
  return html`<a href="${href}" aria-label="${label}" class="${tone}">
    <title>${label}</title>
    <polygon points="${hexagon(x, y, radius - 2)}" />
    <text x="${x.toFixed(1)}" y="${y.toFixed(1)}" aria-hidden="true">${marks[tone]}</text>
  </a>`;
}

/** Colour alone does not tell everybody. */
const marks: Record<Tone, string> = { good: '', busy: '…', bad: '!', idle: '–' };

/** The corners of a hexagon that stands on one of them. */
function hexagon(x: number, y: number, r: number): string {
  return Array.from({ length: 6 }, (_, corner) => {
    const angle = (Math.PI / 3) * corner - Math.PI / 2;
    return `${(x + r * Math.cos(angle)).toFixed(1)},${(y + r * Math.sin(angle)).toFixed(1)}`;
  }).join(' ');
}
