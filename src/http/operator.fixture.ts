import type { Listed, Page } from '../history/history.ts';
import { BadCursor } from '../history/history-error.ts';
import type { News, Operator } from '../reconcile/operator.ts';
import { fixtureNow, fixtureState, rotationDone } from './state.fixture.ts';
import type { FixtureState } from './state.fixture.ts';

/** An Operator that holds data and remembers what it was asked, for the edge to show. */
export type FixtureOperator = Operator & {
  asked: unknown[];
  publish(type: string, data?: Record<string, unknown>): News;
  state: FixtureState;
};

export function fixtureOperator(state: FixtureState = fixtureState()): FixtureOperator {
  const listeners = new Set<(news: News) => void>();
  const asked: unknown[] = [];
  let newsId = 0;
  return {
    state,
    asked,
    publish(type, data = {}) {
      const news = { id: ++newsId, type, at: fixtureNow, unit: 'shop', data };
      for (const listener of listeners) listener(news);
      return news;
    },
    status: () => state.status,
    resources: ({ kind, unit }) =>
      state.resources.filter(
        (one) => (kind ?? one.kind) === one.kind && (unit ?? one.unit) === one.unit,
      ),
    async plan(options) {
      asked.push({ plan: options });
      return fixturePlan;
    },
    async reconcile(request) {
      asked.push({ reconcile: request });
      const units = request.units ?? state.status.units.map((unit) => unit.name);
      const receipt = { request: 'q1', units };
      if (!request.wait) return receipt;
      return {
        ...receipt,
        outcomes: Object.fromEntries(units.map((unit) => [unit, { result: 'ready' }])),
      };
    },
    suspend: (unit, by) => asked.push({ suspend: unit, by }) > 0,
    resume: (unit, by) => asked.push({ resume: unit, by }) < 0,
    tokens: () => state.tokens,
    async rotate(role, by) {
      asked.push({ rotate: role, by });
      return { ...rotationDone, role };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    history: {
      runs: ({ unit, result, ...page }) =>
        pageOf(
          state.runs
            .filter(
              (run) => (unit ?? run.unit) === run.unit && (result ?? run.result) === run.result,
            )
            .map(({ changes: _changes, ...run }) => run),
          page,
        ),
      run: (id) => state.runs.find((run) => run.id === id),
      drift: ({ unit, ...page }) =>
        pageOf(
          state.drift.filter((drift) => (unit ?? drift.unit) === drift.unit),
          page,
        ),
      rotations: ({ role, ...page }) =>
        pageOf(
          state.rotations.filter((rotation) => (role ?? rotation.role) === rotation.role),
          page,
        ),
    },
  };
}

function pageOf<T extends { id: string }>(rows: T[], { limit = 50, cursor }: Page): Listed<T> {
  const start = cursor === undefined ? 0 : rows.findIndex((row) => row.id === cursor) + 1;
  if (cursor !== undefined && start === 0) throw new BadCursor();
  const items = rows.slice(start, start + limit);
  return { items, nextCursor: start + limit < rows.length ? (items.at(-1)?.id ?? null) : null };
}

const fixturePlan = {
  actions: [
    {
      unit: 'shop',
      kind: 'service' as const,
      name: 'shop_web',
      action: 'update' as const,
      restarts: true,
      reason: 'The image differs',
      changes: [
        { path: 'TaskTemplate.ContainerSpec.Env.PASSWORD', from: '(sensitive)', to: '(sensitive)' },
      ],
    },
  ],
  warnings: [],
  errors: [],
};
