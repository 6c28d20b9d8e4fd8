// What is seen while the demo runs: events above, one line of progress below.

const BAR_CHARS = 24;

export class Screen {
  readonly #live = process.stdout.isTTY === true;
  readonly #beganMs = performance.now();
  #status = '';

  /** `done`: 0 to 1. Shown on a terminal only. */
  progress(done: number, text: string): void {
    const filled = Math.round(Math.min(1, Math.max(0, done)) * BAR_CHARS);
    this.#status = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)} ${text}`;
    if (this.#live) process.stdout.write(`\r\x1b[2K${this.#status.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  }

  say(line: string): void {
    const seconds = ((performance.now() - this.#beganMs) / 1_000).toFixed(1).padStart(5);
    if (!this.#live) process.stdout.write(`${seconds} s  ${line}\n`);
    else process.stdout.write(`\r\x1b[2K${seconds} s  ${line}\n${this.#status}`);
  }

  /** Removes the line of progress. */
  clear(): void {
    this.#status = '';
    if (this.#live) process.stdout.write('\r\x1b[2K');
  }
}
