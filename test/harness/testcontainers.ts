import type * as Testcontainers from 'testcontainers';

type Library = typeof Testcontainers;

/** Testcontainers keeps one client for the whole process, so what has been loaded is kept just as long. */
let loaded: { host: string; testcontainers: Promise<Library> } | undefined;

/**
 * Testcontainers, talking to one Engine, and without its reaper, an image of its own that would have to be pulled: the harness
 * removes what a run left by label.
 */
export async function loadTestcontainers(host: string): Promise<Library> {
  loaded ??= { host, testcontainers: load(host) };
  if (loaded.host !== host) throw new Error(`this process has swarms at ${loaded.host} already`);
  return await loaded.testcontainers;
}

/** It reads the environment while it connects, and DOCKER_HOST is there no longer: what is tested should not find an Engine there. */
async function load(host: string): Promise<Library> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  // Its search for an address of published ports fails on an Engine without a default bridge, and nobody needs it.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = 'localhost';
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = host;
  try {
    const testcontainers = await import('testcontainers');
    await testcontainers.getContainerRuntimeClient();
    return testcontainers;
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  }
}
