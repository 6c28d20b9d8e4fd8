// How far a long run is: a bar on a terminal, else a line now and then.

import { SingleBar } from 'cli-progress';
import { counted, duration, ratio } from './format.js';

export interface ProgressOptions {
  readonly total: number;
  /** What is counted: `seeds`, `seconds`. */
  readonly what: string;
  /**
   * How the end is guessed: from what was done so far (default), or not at all where nobody knows how much of
   * `total` is needed; seconds pass by the clock.
   */
  readonly pace?: 'measured' | 'clock' | 'none';
  /** Default: standard error, so that what is written to standard output stays clean. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Milliseconds that never go back. */
  readonly nowMs?: () => number;
}

export interface ProgressState {
  readonly done: number;
  /** How many were found; left out where none are counted. */
  readonly anomalies?: number;
  /** What is being done: `healing`. */
  readonly note?: string;
}

/** Between two lines where there is no terminal. */
const LINE_EVERY_MS = 10_000;
/** The first column, and nothing in the line (ECMA-48). */
const CLEAR_LINE = '\r\u001b[2K';
/** Until then nobody can say how long it takes. */
const ETA_AFTER_MS = 2_000;

export class Progress {
  readonly #options: ProgressOptions;
  readonly #nowMs: () => number;
  readonly #beginMs: number;
  readonly #bar: SingleBar | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #state: ProgressState = { done: 0 };

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#beginMs = this.#nowMs();
    const stream = options.stream ?? process.stderr;
    if (stream.isTTY === true) {
      this.#bar = newBar(stream);
      this.#bar.start(options.total, 0, { text: this.line() });
    } else {
      this.#timer = setInterval(() => stream.write(`${this.line()}\n`), LINE_EVERY_MS);
      // A run that is over must not wait for its next line.
      this.#timer.unref();
    }
  }

  update(state: ProgressState): void {
    this.#state = state;
    this.#bar?.update(state.done, { text: this.line() });
  }

  /** Writes to where the bar may be: its line is cleared first; its next frame is drawn below. */
  aside(write: () => void): void {
    if (this.#bar !== undefined) (this.#options.stream ?? process.stderr).write(CLEAR_LINE);
    write();
  }

  /** Takes the bar away. Idempotent. */
  stop(): void {
    this.#bar?.stop();
    clearInterval(this.#timer);
  }

  /** `120/1000 seeds, 2 anomalies, 14.2 seeds/s, 1 min 2 s left`. */
  line(): string {
    const { total, what } = this.#options;
    const { done, anomalies, note } = this.#state;
    const parts = [`${done}/${total} ${what}`];
    if (note !== undefined) parts.push(note);
    if (anomalies !== undefined) parts.push(counted(anomalies, 'anomaly', 'anomalies'));
    return [...parts, ...this.#guess()].join(', ');
  }

  #guess(): string[] {
    const { total, what, pace = 'measured' } = this.#options;
    const { done } = this.#state;
    const elapsedMs = this.#nowMs() - this.#beginMs;
    if (pace === 'none' || done <= 0 || done >= total || elapsedMs < ETA_AFTER_MS) return [];
    if (pace === 'clock') return [left((total - done) * 1_000)];
    return [`${ratio((done * 1_000) / elapsedMs)} ${what}/s`, left((elapsedMs / done) * (total - done))];
  }
}

const left = (ms: number): string => `${duration(Math.ceil(ms / 1_000) * 1_000)} left`;

function newBar(stream: NodeJS.WritableStream): SingleBar {
  return new SingleBar({
    stream,
    format: '[{bar}] {text}',
    barsize: 24,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    clearOnComplete: true,
    // It cuts lines at the edge; otherwise it would tell the terminal to, and not take that back after Ctrl-C.
    linewrap: true,
    hideCursor: false,
    gracefulExit: false,
    fps: 5,
  });
}
