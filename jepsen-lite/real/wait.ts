// Waiting in real time.

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const POLL_MS = 25;

/** Polls until `probe` answers true; resolves to whether it did so within `timeoutMs`. A probe that rejects counts as false. */
export async function becomes(probe: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const holds = await Promise.resolve()
      .then(probe)
      .catch(() => false);
    if (holds) return true;
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
}

/** Settles as `promise` does, or rejects after `timeoutMs`. */
export async function within<T>(what: string, timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not done after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
