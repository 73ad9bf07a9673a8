import { convertUnit } from '../desired/convert-unit.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import { readSpecs } from '../spec/read-specs.ts';
import type { CliCommand } from './command.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import { readOptions } from './read-options.ts';

export const validate: CliCommand = {
  name: 'validate',
  args: [{ name: '[folder]', describe: 'instead of --desired' }],
  summary: 'check the files, without an Engine',
  help: 'Exits with 1 when anything is wrong; warnings alone are fine.',
  settings: ['desired', 'environment', 'profiles', 'ageKey'],
  options: [{ flags: '--strict', describe: 'count warnings as errors' }],
  async run(context, [folder], options) {
    const settings = folder ? { ...context.settings, desired: folder } : context.settings;
    const set = await readSpecs(readOptions({ ...context, settings }));
    const found = [
      ...set.diagnostics,
      ...set.units.flatMap((unit) => convertUnit(unit).diagnostics),
    ];
    const errors = found.filter((diagnostic) => diagnostic.severity === 'error');
    const units = set.units.map((unit) => ({ name: unit.name, files: unit.files }));
    if (context.json) {
      context.io.out(JSON.stringify({ units, ...bySeverity(found) }, null, 2));
    } else {
      for (const line of diagnosticLines(found, context.style)) context.io.out(line);
      context.io.out(summary(units.length, errors.length, found.length - errors.length));
    }
    return errors.length > 0 || (options.strict === true && found.length > 0) ? 1 : 0;
  },
};

function bySeverity(found: readonly Diagnostic[]) {
  return {
    warnings: found.filter((diagnostic) => diagnostic.severity === 'warning'),
    errors: found.filter((diagnostic) => diagnostic.severity === 'error'),
  };
}

function summary(units: number, errors: number, warnings: number): string {
  return `${counted(units, 'unit')}, ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
