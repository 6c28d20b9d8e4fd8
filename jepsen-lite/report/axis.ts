// Axes: where a value is drawn, and which values are named.

/** Steps that a time axis may have, in ms. */
const TIME_STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440].map((minutes) => minutes * 60_000),
];
/** Units of what stretches over the whole width. */
export const WIDTH = 10_000;

/** The time of a run, from 0 on; places are shares of the width, so that it can be as wide as the reader's page. */
export class TimeAxis {
  readonly endMs: number;

  constructor(endMs: number) {
    this.endMs = Math.max(1, endMs);
  }

  #share(ms: number): number {
    return Math.min(1, Math.max(0, ms / this.endMs));
  }

  /** `12.34%`. */
  at(ms: number): string {
    return percent(this.#share(ms));
  }

  /** The width of what lasts from `startMs` to `endMs`; wide enough to be seen. */
  width(startMs: number, endMs: number, least = 0.0006): string {
    return percent(Math.max(least, this.#share(endMs) - this.#share(startMs)));
  }

  /** In units of {@link WIDTH}. */
  x(ms: number): number {
    return Math.round(this.#share(ms) * WIDTH);
  }

  /** Round moments, `most` at most. */
  ticks(most: number): number[] {
    const step =
      TIME_STEPS.find((s) => this.endMs / s <= most) ?? Math.ceil(this.endMs / most / 86_400_000) * 86_400_000;
    return Array.from({ length: Math.floor(this.endMs / step) + 1 }, (_, i) => i * step);
  }
}

const percent = (share: number): string => `${Number((share * 100).toFixed(3))}%`;

/** Name of a tick: `1.5 s`, `2:30 min`, `1:05 h`. */
export function tickLabel(ms: number, endMs: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  if (endMs < 2_000) return `${ms} ms`;
  if (endMs <= 180_000) return `${Number((ms / 1_000).toFixed(3))} s`;
  if (endMs <= 3 * 3_600_000) return `${Math.floor(ms / 60_000)}:${two((ms % 60_000) / 1_000)} min`;
  return `${Math.floor(ms / 3_600_000)}:${two((ms % 3_600_000) / 60_000)} h`;
}

/** A logarithmic axis over whole decades that hold `least` to `most`. */
export class LogAxis {
  readonly #from: number;
  readonly #to: number;

  constructor(least: number, most: number) {
    this.#from = Math.floor(Math.log10(least));
    this.#to = Math.max(this.#from + 1, Math.ceil(Math.log10(most)));
  }

  /** 0 at the bottom, 1 at the top. */
  share(value: number): number {
    const share = (Math.log10(Math.max(value, 10 ** this.#from)) - this.#from) / (this.#to - this.#from);
    return Math.min(1, share);
  }

  get ticks(): number[] {
    return Array.from({ length: this.#to - this.#from + 1 }, (_, i) => 10 ** (this.#from + i));
  }
}

/** Round values from 0 to at least `most`. */
export function linearTicks(most: number): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((s) => s * power >= rough) as number) * power;
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}
