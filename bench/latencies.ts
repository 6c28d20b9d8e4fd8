// Percentiles of measured times.

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Nearest rank; sorts `values` in place. NaN for none. */
export function percentiles(values: number[] | Float64Array): Percentiles {
  values.sort((a: number, b: number) => a - b);
  const at = (q: number): number => values[Math.max(0, Math.ceil(values.length * q) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  return percentiles([...values]).p50;
}
