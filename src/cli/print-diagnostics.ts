import { formatDiagnostic } from '../spec/format-diagnostic.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { Styles } from './style.ts';

export function diagnosticLines(diagnostics: readonly Diagnostic[], style: Styles): string[] {
  return diagnostics.map((diagnostic) => {
    const paint = diagnostic.severity === 'error' ? style.red : style.yellow;
    const [first = '', ...rest] = formatDiagnostic(diagnostic).split('\n');
    return [paint(first), ...rest].join('\n');
  });
}
