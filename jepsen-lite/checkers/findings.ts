import { ANOMALIES_MAX, type Anomaly, type Verdict } from './types.js';

/** Collects anomalies: all are counted, the first few of each name are listed. */
export class Findings {
  readonly #anomalies: Anomaly[] = [];
  readonly #byName = new Map<string, number>();
  count = 0;

  add(name: string, message: string, operations: readonly number[], detail?: Anomaly['detail']): void {
    this.count++;
    const listed = this.#byName.get(name) ?? 0;
    this.#byName.set(name, listed + 1);
    if (listed >= ANOMALIES_MAX / 2) return;
    this.#anomalies.push({ name, message, operations, ...(detail !== undefined && { detail }) });
  }

  verdict(checker: string, stats: Readonly<Record<string, number>>): Verdict {
    const anomalies = this.#anomalies.slice(0, ANOMALIES_MAX);
    return { checker, valid: anomalies.length === 0, anomalies, stats: { ...stats, anomalies: this.count } };
  }
}
