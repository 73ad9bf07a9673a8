// Prints the closing line of a run from vitest's results: summary.js <results.json> <vitest's exit code> [<results of a second
// attempt at what failed> <its exit code>]. Exits as the run should.
import { readFileSync } from 'node:fs';

const [first, firstCode, second, secondCode] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8') || '{}').testResults ?? [];
const again = second ? read(second) : [];
const repeated = new Set(again.map(({ name }) => name));
const files = [...read(first).filter(({ name }) => !repeated.has(name)), ...again];
const count = (wanted) =>
  files.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => wanted(status))
    .length;

const passed = count((status) => status === 'passed');
const failedTests = count((status) => status === 'failed');
const skipped = count((status) => !['passed', 'failed'].includes(status));
// A file that breaks before its first test, and an error outside of tests, fail the run too.
const brokenFiles = files.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
).length;
const lastCode = second ? secondCode : firstCode;
const outside = failedTests + brokenFiles === 0 && lastCode !== '0' ? 1 : 0;
const failed = failedTests + brokenFiles + outside;

if (outside > 0) console.log('the run failed outside of any test: see above');
if (passed === 0) console.log('no test has passed');
for (const name of repeated) console.log(`FAILED AT THE FIRST ATTEMPT: ${name}`);
console.log(
  `tests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
