import { basename, dirname } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { table } from '../../src/cli/style.ts';

/** Says at the end of a run which faults were tried and which survived: one line a test, and the soak's table in full. */
export class FaultSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({ area: areaOf(module), test })),
    );
    const tried = rows.filter(({ test }) => test.result().state !== 'skipped');
    const survived = tried.filter(({ test }) => test.result().state === 'passed');
    const lines = tried
      .toSorted((a, b) => (a.area < b.area ? -1 : 1))
      .map(({ area, test }) => [area, verdictOf(test), test.fullName]);
    console.log(`\nFaults tried and survived\n\n${table(lines)}\n`);
    for (const report of tried.flatMap(({ test }) => test.meta().report ?? [])) console.log(report);
    console.log(`\n${tried.length} tests of faults tried, ${survived.length} survived.`);
  }
}

/** `faults/quorum`, `lease/lease`. */
function areaOf({ moduleId }: TestModule): string {
  return `${basename(dirname(moduleId))}/${basename(moduleId, '.test.ts')}`;
}

function verdictOf(test: TestCase): string {
  const seconds = ((test.diagnostic()?.duration ?? 0) / 1_000).toFixed(1);
  return test.result().state === 'passed' ? `survived in ${seconds} s` : 'NOT SURVIVED';
}
