import { parseListen } from './listen-address.ts';
import { BadValue } from './setting.ts';

export function text(value: string): string {
  return value;
}

/** Names between commas or white space. */
export function list(value: string): string[] {
  return value.split(/[\s,]+/).filter((item) => item !== '');
}

export function oneOf<const T extends string>(...allowed: T[]): (value: string) => T {
  return (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new BadValue(`one of ${allowed.join(', ')}`);
    return found;
  };
}

export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most)) {
      throw new BadValue(`a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `90s`, `5m`, `1h30m`, `30d` in milliseconds, at least `leastMs`. */
export function duration(leastMs: number): (value: string) => number {
  return (value) => {
    const parts = [...value.matchAll(/(\d+)(ms|s|m|h|d)/g)];
    const whole = parts.map((part) => part[0]).join('') === value && parts.length > 0;
    const ms = parts.reduce((sum, part) => sum + Number(part[1]) * (unitMs[part[2] ?? ''] ?? 0), 0);
    if (!whole || ms < leastMs) {
      throw new BadValue(`a duration such as 30s, 5m or 1h30m, at least ${leastMs} ms`);
    }
    return ms;
  };
}

/** An address to listen on, as it was written. */
export function listenAddress(value: string): string {
  try {
    parseListen(value);
  } catch {
    throw new BadValue('an address such as 127.0.0.1:7420 or [::1]:7420');
  }
  return value;
}

/** `tcp://…`, `unix://…`, `http://…`, `https://…`. */
export function engineHost(value: string): string {
  if (value.startsWith('ssh://')) {
    throw new BadValue(
      'unix://, tcp://, http:// or https:// (for ssh, forward the socket: ssh -L)',
    );
  }
  if (!/^(unix|tcp|https?):\/\/.+/.test(value)) {
    throw new BadValue('an address such as unix:///var/run/docker.sock or tcp://10.0.0.1:2376');
  }
  return value;
}

export function switched(value: string): boolean {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off|)$/i.test(value)) return false;
  throw new BadValue('true or false');
}
