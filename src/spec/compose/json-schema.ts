/** The JSON Schema of every file Skep reads, for editors and for the reference. */
export function jsonSchema(): object {
  return {};
}
