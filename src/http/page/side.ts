import type { DriftRow, RotationRow } from '../../history/history.ts';
import type { DeliveryStatus, Resource, Status, TokenStatus } from '../../reconcile/operator.ts';
import { badge, resourceTone } from './badges.ts';
import { changeList } from './changes.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { clock, moment } from './time.ts';

export function nodeList(nodes: readonly Resource[]): Html | null {
  if (nodes.length === 0) return null;
  return html`<section class="card" aria-labelledby="nodes">
    <h2 id="nodes">Nodes</h2>
    <ul class="rows">
      ${nodes.map(
        (node) =>
          html`<li>
            <span class="hex small ${resourceTone(node)}" aria-hidden="true"></span>
            <span class="name">${node.name}</span>
            <span class="said">${node.message}</span>
            ${node.health === 'degraded' && badge(node.health)}
            ${node.sync !== 'synced' && badge(node.sync)}
          </li>`,
      )}
    </ul>
  </section>`;
}

export function tokenList(
  tokens: readonly TokenStatus[],
  rotations: readonly RotationRow[],
  now: number,
): Html | null {
  if (tokens.length === 0) return null;
  return html`<section class="card" aria-labelledby="tokens">
    <h2 id="tokens">Join tokens</h2>
    ${tokens.map((token) =>
      tokenEntry(
        token,
        rotations.find(({ role }) => role === token.role),
        now,
      ),
    )}
  </section>`;
}

function tokenEntry(token: TokenStatus, latest: RotationRow | undefined, now: number): Html {
  return html`<div class="token">
    <h3>${token.role} ${latest?.result === 'failed' && badge('failed')}</h3>
    <dl>
      <dt>schedule</dt>
      <dd>
        ${
          token.schedule === null
            ? html`<span class="none">not rotated</span>`
            : html`<code>${token.schedule}</code>`
        }
      </dd>
      <dt>last</dt>
      <dd>
        ${moment(token.lastRotationAt, now)}
        ${token.lastRotationBy !== null && html`<span class="said">by ${token.lastRotationBy}</span>`}
      </dd>
      <dt>next</dt>
      <dd>
        ${moment(token.nextRotationAt, now)}
        ${token.nextRotationAt !== null && html`<span class="said">${clock(token.nextRotationAt)}</span>`}
      </dd>
      <dt>fingerprint</dt>
      <dd>${token.fingerprint === null ? '–' : html`<code>${token.fingerprint}</code>`}</dd>
      ${token.deliveries.length > 0 && deliveries(token.deliveries)}
    </dl>
  </div>`;
}

function deliveries(list: readonly DeliveryStatus[]): Html {
  return html`<dt>delivered</dt>
    ${list.map(
      ({ target, state, error }) =>
        html`<dd>
          ${target} ${state !== 'delivered' && badge(state)}
          ${error !== null && html`<span class="said">${error}</span>`}
        </dd>`,
    )}`;
}

/** When certificates end, of those that can be seen. */
export function certificateList(certificates: Status['certificates'], now: number): Html | null {
  if (certificates.length === 0) return null;
  const seen = certificates.filter(({ expiresAt }) => expiresAt !== null);
  const unseen = certificates.length - seen.length;
  return html`<section class="card" aria-labelledby="certificates">
    <h2 id="certificates">Certificates</h2>
    <ul class="rows">
      ${seen.map(
        ({ name, expiresAt, expiring, message }) =>
          html`<li>
            <span class="hex small ${expiring ? 'bad' : 'good'}" aria-hidden="true"></span>
            <span class="name">${name}</span>
            <span class="said">ends ${moment(expiresAt, now)}${message && html`. ${message}`}</span>
          </li>`,
      )}
    </ul>
    ${
      unseen > 0 &&
      html`<p class="said">Not visible from here: ${unseen} ${unseen === 1 ? 'node' : 'nodes'}.</p>`
    }
  </section>`;
}

export function driftList(drift: readonly DriftRow[], now: number): Html {
  return html`<section class="card" aria-labelledby="drift">
    <h2 id="drift">Drift</h2>
    ${
      drift.length === 0
        ? html`<p class="empty">Nobody changed anything behind the files’ back.</p>`
        : html`<ul class="rows drift">
            ${drift.map(
              ({ kind, name, at, settledAt, changes }) =>
                html`<li>
                  <span class="kind">${kind}</span> <span class="name">${name}</span>
                  <span class="when"
                    >${
                      settledAt === null
                        ? html`<span class="badge busy">open</span>`
                        : html`<span class="badge good">put right</span>`
                    }
                    ${moment(at, now)}</span
                  >
                  ${changeList(changes)}
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}
