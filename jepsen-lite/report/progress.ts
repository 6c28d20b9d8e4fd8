// How far a long command is: a bar in a terminal, elsewhere a line now and then.

import { SingleBar } from 'cli-progress';

export interface ProgressOptions {
  readonly total: number;
  /** What is counted: `seeds`, `seconds`. */
  readonly what: string;
}

export interface ProgressState {
  readonly done: number;
  readonly anomalies: number;
}

const LINE_EVERY_MS = 10_000;

export class Progress {
  readonly #options: ProgressOptions;
  readonly #bar: SingleBar | undefined;
  #lastLineMs = performance.now();

  constructor(options: ProgressOptions) {
    this.#options = options;
    if (!process.stderr.isTTY) return;
    const format = `{bar} {value}/{total} ${options.what}, {anomalies} with anomalies, {eta_formatted} left`;
    this.#bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true });
    this.#bar.start(options.total, 0, { anomalies: 0 });
  }

  update({ done, anomalies }: ProgressState): void {
    this.#bar?.update(done, { anomalies });
    if (this.#bar !== undefined || performance.now() - this.#lastLineMs < LINE_EVERY_MS) return;
    this.#lastLineMs = performance.now();
    const { total, what } = this.#options;
    process.stderr.write(`${done} of ${total} ${what}, ${anomalies} with anomalies\n`);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
