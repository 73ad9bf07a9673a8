import type { ChangeRow, RunRow } from '../../history/history.ts';
import { badge, toneOf } from './badges.ts';
import { changeList } from './changes.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { duration, moment } from './time.ts';

export type ShownRun = RunRow & { changes: readonly ChangeRow[] };

export function runList(runs: readonly ShownRun[], now: number): Html {
  return html`<section aria-labelledby="runs">
    <h2 id="runs">Recent runs</h2>
    ${
      runs.length === 0
        ? html`<p class="empty">Nothing was changed yet.</p>`
        : html`<ol class="card runs">
            ${runs.map((run) => runEntry(run, now))}
          </ol>`
    }
  </section>`;
}

function runEntry(run: ShownRun, now: number): Html {
  const took =
    run.finishedAt === null ? '' : duration(run.finishedAt - run.startedAt) || 'under 1 s';
  return html`<li>
    <details id="run-${run.id}">
      <summary>
        <span class="hex small ${toneOf(run.result)}" aria-hidden="true"></span>
        <span class="name">${run.unit}</span>
        <span class="said">${summary(run)}</span>
        ${badge(run.result)}
        <span class="when">${moment(run.startedAt, now)}</span>
      </summary>
      <div class="inside">
        <p class="facts">
          <span>triggered by ${run.trigger}</span> ${took !== '' && html`<span>took ${took}</span>`}
          <span>revision <code>${run.revision.slice(0, 12)}</code></span>
        </p>
        ${run.message !== null && html`<p>${run.message}</p>`} ${run.changes.map(changeEntry)}
      </div>
    </details>
  </li>`;
}

function summary({ changes }: ShownRun): string {
  const [first, ...others] = changes;
  if (!first) return 'no change';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${first.action} ${first.kind} ${first.name}${more}`;
}

function changeEntry(change: ChangeRow): Html {
  return html`<div class="change">
    <p>
      <strong>${change.action}</strong> <span class="kind">${change.kind}</span>
      <span class="name">${change.name}</span> <span class="said">${change.reason}</span>
      ${change.result !== 'done' && badge(change.result)}
    </p>
    ${change.error !== null && html`<p class="error">${change.error}</p>`}
    ${changeList(change.changes)}
  </div>`;
}
