/** One thing that `skep doctor` looked at. */
export type Finding = { name: string; ok: boolean; message: string; remedy?: string };

/** A check whose failure is told with the same remedy, whatever failed. */
export async function finding(
  name: string,
  remedy: string,
  check: () => Promise<string> | string,
): Promise<Finding> {
  try {
    return { name, ok: true, message: await check() };
  } catch (error) {
    return {
      name,
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      remedy,
    };
  }
}
