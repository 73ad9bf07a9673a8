type Fields<T> = { [K in keyof T]: T[K] | undefined };

/** Leaves out what was not said. */
export function present<T extends object>(fields: Fields<T>): T {
  return keep<T>(fields, (value) => value !== undefined);
}

/** Leaves out zero values too, as the Engine's own encoder does: it reads back an object without them. */
export function omitEmpty<T extends object>(fields: Fields<T>): T {
  return keep<T>(fields, (value) => !isEmpty(value));
}

function keep<T extends object>(fields: Fields<T>, wanted: (value: unknown) => boolean): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => wanted(value))) as T;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}
