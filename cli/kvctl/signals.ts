// SIGINT and SIGTERM as an abort signal.

/** Aborts at the first of them; the second ends the process as usual. */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  const stop = (): void => {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
    interrupted.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return interrupted.signal;
}

/** Resolves when any of them aborts. */
export function anyAbort(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const signal = AbortSignal.any([...signals]);
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
