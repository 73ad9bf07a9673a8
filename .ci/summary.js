// Prints the closing line of a run from vitest's results: summary.js <results.json> <vitest's exit code>. Exits as the run should.
import { readFileSync } from 'node:fs';

const [file, exitCode] = process.argv.slice(2);
const results = JSON.parse(readFileSync(file, 'utf8') || '{}');
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, testResults = [] } = results;
// A file that breaks before its first test, and an error outside of tests, fail the run too.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
).length;
const outside = numFailedTests + brokenFiles === 0 && exitCode !== '0' ? 1 : 0;
const failed = numFailedTests + brokenFiles + outside;
const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';

if (outside > 0) console.log('the run failed outside of any test: see above');
if (numPassedTests === 0) console.log('no test has passed');
console.log(`tests: ${numPassedTests} passed, ${failed} failed${skipped}`);
process.exit(failed === 0 && numPassedTests > 0 ? 0 : 1);
