import type { CliCommand, Context } from './command.ts';
import { engineFindings } from './doctor/engine.ts';
import type { Finding } from './doctor/finding.ts';
import { fileFindings } from './doctor/files.ts';

export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'look for what would keep Skep from working, with a remedy for each',
  help: 'Exits with 1 when something is wrong.',
  settings: [
    'host',
    'tlsVerify',
    'certPath',
    'desired',
    'data',
    'environment',
    'profiles',
    'registryConfig',
    'ageKey',
  ],
  async run(context) {
    const findings = [...(await fileFindings(context)), ...(await engineFindings(context))];
    if (context.json) context.io.out(JSON.stringify(findings, null, 2));
    else for (const finding of findings) context.io.out(line(finding, context));
    return findings.every((finding) => finding.ok) ? 0 : 1;
  },
};

function line({ ok, name, message, remedy }: Finding, { style }: Context): string {
  const mark = ok ? style.green('✔') : style.red('✗');
  return `${mark} ${name}: ${message}${remedy ? `\n    ${remedy}` : ''}`;
}
