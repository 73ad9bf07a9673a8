import type { Diagnostic, Path, Place } from '../diagnostic.ts';
import type { FileAt } from './checked-file.ts';

/** Collects what is found in one file, and remembers where things went that stand elsewhere in long form. */
export class Notes {
  readonly diagnostics: Diagnostic[] = [];
  private readonly at: FileAt;
  private readonly origins = new Map<string, Path>();

  constructor(at: FileAt) {
    this.at = at;
  }

  error(path: Path, code: string, message: string, remedy: string): void {
    this.add('error', path, code, message, remedy);
  }

  warn(path: Path, code: string, message: string, remedy?: string): void {
    this.add('warning', path, code, message, remedy);
  }

  /** What stands at `normal` in long form was written at `written`. */
  moved(normal: Path, written: Path): void {
    this.origins.set(JSON.stringify(normal), written);
  }

  /** The place of a path of the long form. */
  locate(path: Path): Place | undefined {
    return this.at.locate(this.origins.get(JSON.stringify(path)) ?? path);
  }

  get hasErrors(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }

  private add(
    severity: Diagnostic['severity'],
    path: Path,
    code: string,
    message: string,
    remedy?: string,
  ): void {
    const place = locateNearest(path, (path) => this.at.locate(path)) ?? startOf(this.at.file);
    this.diagnostics.push({
      severity,
      code,
      message: path.length === 0 ? `The file ${message}` : `${dotted(path)} ${message}`,
      ...(remedy !== undefined && { remedy }),
      place,
    });
  }
}

/** The place of the path, or of the nearest thing around it that has one. */
export function locateNearest(
  path: Path,
  locate: (path: Path) => Place | undefined,
): Place | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = locate(path.slice(0, length));
    if (place !== undefined) return place;
  }
  return undefined;
}

/** `services.web.ports[0]` */
export function dotted(path: Path): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`,
    '',
  );
}

function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}
