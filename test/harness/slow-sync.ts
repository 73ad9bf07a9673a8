import { join } from 'node:path';
import { tryCommand } from './command.ts';

/** Stands in for the C library where a program waits for its disk, and leaves a dot in a file each time. */
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static int slow(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  usleep(atoi(getenv("SLOW_SYNC_MS")) * 1000);
  int log = open(getenv("SLOW_SYNC_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0 || write(log, ".", 1) != 1 || close(log) != 0) abort();
  return real(fd);
}
int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
`;

/**
 * The environment in which a program's syncs take so many ms each; every one leaves a byte in the file `syncs` of the
 * folder. Undefined without a C compiler. https://man7.org/linux/man-pages/man8/ld.so.8.html (LD_PRELOAD)
 */
export async function slowSync(
  folder: string,
  ms: number,
): Promise<Record<string, string> | undefined> {
  const library = join(folder, 'slow-sync.so');
  const args = ['-shared', '-fPIC', '-x', 'c', '-', '-o', library, '-ldl'];
  const { code, stderr } = await tryCommand('cc', args, { within: 30_000, input: source });
  if (code === 127) return undefined;
  if (code !== 0) throw new Error(`the C compiler failed: ${stderr}`);
  return { LD_PRELOAD: library, SLOW_SYNC_MS: String(ms), SLOW_SYNC_LOG: join(folder, 'syncs') };
}
