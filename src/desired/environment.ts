/** `NAME=value`, sorted. A name without a value takes that of Skep's environment, or goes as the bare name. */
export function convertEnvironment(
  environment: Readonly<Record<string, string | null>> = {},
  variables: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(environment)
    .map(([name, written]) => {
      const value = written ?? (Object.hasOwn(variables, name) ? variables[name] : undefined);
      return value === undefined ? name : `${name}=${value}`;
    })
    .sort();
}
