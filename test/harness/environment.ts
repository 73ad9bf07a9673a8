const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** The environment for the system's programs: these live in folders that a plain PATH may lack, and speak English. */
export function systemEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const path = [process.env['PATH'], ...SYSTEM_FOLDERS].filter(Boolean).join(':');
  return { ...process.env, PATH: path, LC_ALL: 'C.UTF-8', ...more };
}
