// Prints the test files that failed, one a line: failed-files.js <results.json>
import { readFileSync } from 'node:fs';

const { testResults = [] } = JSON.parse(readFileSync(process.argv[2], 'utf8') || '{}');
for (const { status, name } of testResults) if (status === 'failed') console.log(name);
