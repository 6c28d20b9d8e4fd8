import type { Json, Operation } from '../history/types.js';
import { ANOMALIES_MAX, type Anomaly, type Verdict } from './types.js';

/** Collects the anomalies of one verdict. */
export class Findings {
  readonly #found: Anomaly[] = [];

  /** `shownBy`: in any order, without regard to repetitions. */
  add(name: string, message: string, shownBy: readonly Operation[], detail?: Json): void {
    const operations = [...new Set(shownBy.map(({ index }) => index))].sort((a, b) => a - b);
    this.#found.push({ name, message, operations, ...(detail === undefined ? {} : { detail }) });
  }

  verdict(checker: string, stats: Readonly<Record<string, number>>): Verdict {
    return {
      checker,
      valid: this.#found.length === 0,
      anomalies: this.#listed(),
      stats: { ...stats, anomalies: this.#found.length },
    };
  }

  /** One of each name comes first, so that many of one do not hide the others. */
  #listed(): Anomaly[] {
    const names = new Set<string>();
    const first: Anomaly[] = [];
    const further: Anomaly[] = [];
    for (const anomaly of this.#found) {
      (names.has(anomaly.name) ? further : first).push(anomaly);
      names.add(anomaly.name);
    }
    return [...first, ...further].slice(0, ANOMALIES_MAX);
  }
}
