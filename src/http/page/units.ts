import type { Resource, Status, UnitStatus } from '../../reconcile/operator.ts';
import type { Diagnostic } from '../../spec/diagnostic.ts';
import { badge, resourceTone, toneOf, unitTone } from './badges.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { moment } from './time.ts';

export function unitCards(status: Status, resources: readonly Resource[], now: number): Html {
  return html`<section aria-labelledby="units">
    <h2 id="units">Units</h2>
    <div class="units">
      ${status.units.map((unit) =>
        unitCard(
          unit,
          resources.filter((resource) => resource.unit === unit.name),
          status.diagnostics.filter((diagnostic) => diagnostic.unit === unit.name),
          now,
        ),
      )}
    </div>
    ${
      status.units.length === 0 &&
      html`<p class="empty">
        No unit yet. Put a Compose file into <code>${status.desired.directory}</code>.
      </p>`
    }
  </section>`;
}

function unitCard(
  unit: UnitStatus,
  resources: Resource[],
  diagnostics: Diagnostic[],
  now: number,
): Html {
  const tone = unitTone(unit);
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const troubled = unit.conditions.length > 0 || warnings < diagnostics.length;
  return html`<details
    class="card unit ${tone}"
    id="unit-${unit.name}"
    data-name="${unit.name}"
    ${troubled && html`open`}
  >
    <summary>
      <span class="hex ${tone}" aria-hidden="true"></span>
      <span class="name">${unit.name}</span>
      <span class="badges">${badge(unit.sync)}${badge(unit.health)}</span>
      <span class="said">${sentence(unit)}</span>
      ${warnings > 0 && html`<span class="badge busy">${warnings} ${warnings === 1 ? 'warning' : 'warnings'}</span>`}
      <span class="when"
        >${unit.lastRunAt === null ? 'never ran' : html`ran ${moment(unit.lastRunAt, now)}`}</span
      >
    </summary>
    <div class="inside">
      ${unit.conditions.length > 0 && conditionList(unit, now)}
      ${diagnostics.length > 0 && diagnosticList(diagnostics)} ${resourceList(resources)}
      <p class="facts">
        ${unit.nextRunAt !== null && html`<span>next look ${moment(unit.nextRunAt, now)}</span>`}
        ${unit.attempts > 0 && html`<span>${unit.attempts} failed attempts</span>`}
        <span>revision <code>${unit.revision.slice(0, 12)}</code></span>
        <span
          >${unit.files.map((file, index) => html`${index > 0 && ', '}<code>${file}</code>`)}</span
        >
      </p>
    </div>
  </details>`;
}

function sentence({ operation, suspended, outcome, health }: UnitStatus): string {
  if (operation !== null) return operation;
  if (suspended) return 'Suspended: left alone until it is resumed';
  if (outcome === null) return 'Has not run yet';
  if (outcome.result !== 'ready') return outcome.message;
  return health === 'healthy' ? 'As the files say' : '';
}

/** Conditions that are no trouble. */
const expected = new Set(['Draining', 'Maintenance']);

function conditionList({ conditions }: UnitStatus, now: number): Html {
  return html`<ul class="notes">
    ${conditions.map(
      ({ type, kind, name, message, since }) =>
        html`<li class="${expected.has(type) ? 'busy' : 'bad'}">
          <strong>${type}</strong> ${name !== undefined && html`<code>${kind} ${name}</code>`}
          <span class="when">since ${moment(since, now)}</span>
          <p>${message}</p>
        </li>`,
    )}
  </ul>`;
}

export function diagnosticList(diagnostics: readonly Diagnostic[]): Html {
  return html`<ul class="notes">
    ${diagnostics.map(
      ({ severity, code, message, remedy, place }) =>
        html`<li class="${toneOf(severity)}">
          <strong>${severity}</strong>
          ${place && html`<code class="place">${place.file}:${place.line}:${place.column}</code>`}
          <span class="when">${code}</span>
          <p>${message}${remedy !== undefined && html`. <em>${remedy}</em>`}</p>
        </li>`,
    )}
  </ul>`;
}

function resourceList(resources: readonly Resource[]): Html {
  if (resources.length === 0) return html`<p class="empty">Nothing in the Swarm yet.</p>`;
  return html`<ul class="resources">
    ${resources.map(
      (resource) =>
        html`<li>
          <span class="hex small ${resourceTone(resource)}" aria-hidden="true"></span>
          <span class="kind">${resource.kind}</span>
          <span class="name">${resource.name}</span>
          <span class="said">${resource.message}</span>
          ${resource.sync !== 'synced' && badge(resource.sync)}
          ${resource.health !== 'healthy' && resource.health !== 'unknown' && badge(resource.health)}
        </li>`,
    )}
  </ul>`;
}
