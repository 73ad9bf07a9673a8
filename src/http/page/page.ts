import type { Operator, Status } from '../../reconcile/operator.ts';
import type { Tone } from './badges.ts';
import { unitTone } from './badges.ts';
import { comb } from './comb.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { runList } from './runs.ts';
import { certificateList, driftList, nodeList, tokenList } from './side.ts';
import { moment } from './time.ts';
import { diagnosticList, unitCards } from './units.ts';

const shownRuns = 12;
const shownDrift = 6;

/** The status page, whole. It needs no script; with one it follows the events. */
export function statusPage(operator: Operator, now: number): string {
  const status = operator.status();
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title(status)}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/page.css" />
        <script src="/page.js" type="module"></script>
        <noscript><meta http-equiv="refresh" content="30" /></noscript>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the units</a>
        ${header(status)}
        <main id="main">${body(operator, status, now)}</main>
        ${footer(status, now)}
      </body>
    </html>`;
  return page.markup;
}

function title({ units, ready }: Status): string {
  const bad = units.filter((unit) => unitTone(unit) === 'bad').length;
  if (!ready) return 'Not ready · Skep';
  return bad > 0 ? `(${bad}) Skep` : 'Skep';
}

function header(status: Status): Html {
  const { engine } = status;
  return html`<header class="top">
    <a class="brand" href="/"
      ><img src="/favicon.svg" alt="" width="34" height="34" /><span>Skep</span></a
    >
    <p class="engine">
      ${engine === null ? 'no Engine' : html`Engine ${engine.engineVersion} <span class="host">${engine.host}</span>`}
      ${engine?.reachable === false && html`<span class="badge bad">unreachable</span>`}
    </p>
    <p class="live" id="live" role="status" hidden></p>
  </header>`;
}

function body(operator: Operator, status: Status, now: number): Html {
  const resources = operator.resources({});
  const runs = operator.history.runs({ limit: shownRuns }).items.map((run) => ({
    ...run,
    changes: operator.history.run(run.id)?.changes ?? [],
  }));
  const lost = status.diagnostics.filter(
    (diagnostic) => !status.units.some((unit) => unit.name === diagnostic.unit),
  );
  return html`${overview(status, now)} ${lost.length > 0 && diagnosticList(lost)}
    <div class="columns">
      <div class="wide">${unitCards(status, resources, now)} ${runList(runs, now)}</div>
      <div class="narrow">
        ${nodeList(resources.filter(({ kind }) => kind === 'node'))}
        ${tokenList(operator.tokens(), operator.history.rotations({ limit: 20 }).items, now)}
        ${certificateList(status.certificates, now)}
        ${driftList(operator.history.drift({ limit: shownDrift }).items, now)}
      </div>
    </div>`;
}

function overview(status: Status, now: number): Html {
  const cells = status.units.map((unit) => ({
    label: `${unit.name}: ${unit.sync}, ${unit.health}`,
    href: `#unit-${unit.name}`,
    tone: unitTone(unit),
  }));
  const failed = status.checks.filter((check) => !check.ok);
  return html`<section class="overview" aria-label="Overview">
    <div>
      <h1>${headline(status, cells)}</h1>
      <p class="facts">
        <span>${counted(cells, 'good')} as they should be</span>
        ${tally(cells, 'busy', 'under way')} ${tally(cells, 'bad', 'in trouble')}
        ${tally(cells, 'idle', 'at rest')}
        <span>files read ${moment(status.desired.readAt, now)}</span>
        ${leaderNote(status)}
        ${status.suspended && html`<span class="badge idle">everything is suspended</span>`}
        ${!status.desired.complete && html`<span class="badge busy">files incomplete: nothing is pruned</span>`}
      </p>
      ${
        failed.length > 0 &&
        html`<ul class="notes">
          ${failed.map(
            ({ name, message }) =>
              html`<li class="bad">
                <strong>${name}</strong>
                <p>${message}</p>
              </li>`,
          )}
        </ul>`
      }
    </div>
    ${cells.length > 0 && comb(cells, columnsFor(cells.length))}
  </section>`;
}

function leaderNote({ leader }: Status): Html | null {
  if (leader === null) return null;
  if (leader.self) return html`<span>leads as ${leader.holder}</span>`;
  return html`<span class="badge idle">stands by: ${leader.holder ?? 'nobody'} leads</span>`;
}

type Toned = { tone: Tone };

function headline({ ready }: Status, cells: readonly Toned[]): string {
  if (!ready) return 'Not ready yet';
  if (counted(cells, 'bad') > 0) return 'The hive needs a hand';
  if (counted(cells, 'busy') > 0) return 'The hive is busy';
  return 'All is well in the hive';
}

function counted(cells: readonly Toned[], tone: Tone): number {
  return cells.filter((cell) => cell.tone === tone).length;
}

function tally(cells: readonly Toned[], tone: Tone, words: string): Html | false {
  const count = counted(cells, tone);
  return count > 0 && html`<span class="tally ${tone}">${count} ${words}</span>`;
}

/** A comb about twice as wide as high. */
function columnsFor(cells: number): number {
  return Math.min(16, Math.max(4, Math.ceil(Math.sqrt(cells * 2))));
}

function footer(status: Status, now: number): Html {
  return html`<footer>
    <span>Skep ${status.version}</span> <span>up since ${moment(status.startedAt, now)}</span>
    <span>desired: <code>${status.desired.directory}</code></span>
    <a href="/api/v1/status">API</a> <a href="/openapi.json">OpenAPI</a>
    <a href="/metrics">metrics</a>
  </footer>`;
}
