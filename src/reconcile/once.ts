import type { Engine } from '../swarm/engine.ts';
import { askUnits } from './ask-units.ts';
import { Controller } from './controller.ts';
import type { ControllerOptions } from './controller-options.ts';
import type { EngineLink } from './engine-link.ts';
import type { Allow, News, PlanReport } from './operator.ts';
import type { Outcome } from './outcome.ts';

/** The loop without a daemon around it. `host` is only shown. */
export type OnceOptions = Omit<ControllerOptions, 'link'> & { engine: Engine; host: string };

/** What a reconcile would do now. Nothing is written. */
export async function planOnce(
  options: OnceOptions,
  request: { unit?: string; files?: Record<string, string>; allow?: Allow } = {},
): Promise<PlanReport> {
  return new Controller({ ...options, link: linkTo(options) }).operator.plan(request);
}

/**
 * Reconciles units (all when none is named) with the same loop that the daemon runs, until each has come to rest or the
 * time is over; then the outcome tells what it still waits for. `onNews` hears of everything on the way.
 */
export async function applyOnce(
  options: OnceOptions,
  request: {
    units?: string[];
    allow?: Allow;
    by: string;
    timeoutMs: number;
    onNews?: (news: News) => void;
    /** Shown what will be done, before anything is. */
    onPlan?: (plan: PlanReport) => void;
  },
): Promise<Record<string, Outcome>> {
  const { units, by, allow, timeoutMs, onPlan } = request;
  const controller = new Controller({ ...options, link: linkTo(options), only: units });
  const unsubscribe = controller.operator.subscribe((news) => request.onNews?.(news));
  if (onPlan) {
    const plan = await controller.operator.plan(allow ? { allow } : {});
    const actions = plan.actions.filter(({ unit }) => units?.includes(unit) ?? true);
    onPlan({ ...plan, actions });
  }
  const { names, outcomes } = await askUnits(controller, { units, by, allow, until: 'rest' });
  controller.start();
  const ended = new AbortController();
  const atRest = outcomes.finally(() => ended.abort());
  await Promise.race([atRest, options.clock.sleep(timeoutMs, ended.signal)]);
  const reached = names.map((name) => [name, controller.units.get(name)?.outcome] as const);
  await controller.stop(stopGraceMs);
  unsubscribe();
  return Object.fromEntries(reached.map(([name, outcome]) => [name, outcome ?? gone]));
}

const stopGraceMs = 30_000;
/** A unit that no file names any more is forgotten once nothing of it is left. */
const gone: Outcome = { result: 'ready' };

function linkTo({ engine, host }: OnceOptions): EngineLink {
  return {
    engine: async () => engine,
    state: { host, engine, problem: undefined },
    close() {},
  };
}
