import Docker from 'dockerode';
import { inTime } from '../await.ts';

/** A client for a `unix://` or `tcp://` host. */
export function connect(host: string): Docker {
  if (host.startsWith('unix://')) return new Docker({ socketPath: host.slice('unix://'.length) });
  const url = new URL(host.replace(/^tcp:/, 'http:'));
  return new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port || 2375) });
}

/** The version of the Engine that answers at a host within some milliseconds; undefined when none does. */
export async function engineVersion(host: string, within: number): Promise<string | undefined> {
  try {
    const version = await inTime(connect(host).version(), within);
    return version.Version;
  } catch {
    return undefined;
  }
}
