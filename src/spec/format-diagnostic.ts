import type { Diagnostic } from './diagnostic.ts';

/** One finding for a terminal: `file:line:column: error: message`, and the remedy indented on a line of its own. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { place, severity, message, remedy } = diagnostic;
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : '';
  const line = `${where}${severity}: ${message}`;
  return remedy ? `${line}\n  ${remedy}` : line;
}
