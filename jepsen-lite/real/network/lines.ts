// Faults that overlap: counts what cuts and slows each direction of each line, and tells the network
// below when something changes.

import type { NetworkFaults, Release } from './types.js';

/** Stands for every client. */
export const CLIENTS = 'clients';

/** The network below: one direction between two ends. */
export interface Lines {
  setCut(from: string, to: string, cut: boolean): Promise<void>;
  /** Absent where nothing can be delayed. */
  setDelay?(from: string, to: string, ms: number): Promise<void>;
}

export class OverlappingFaults implements NetworkFaults {
  readonly #lines: Lines;
  readonly #cuts = new Map<string, number>();
  /** The last change of each direction that is under way. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #delays = new Map<string, number[]>();
  readonly #open = new Set<Release>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  get canDelay(): boolean {
    return this.#lines.setDelay !== undefined;
  }

  async cut(a: string, b: string): Promise<Release> {
    const releases = [await this.cutOneWay(a, b), await this.cutOneWay(b, a)];
    return this.#once(async () => {
      for (const release of releases) await release();
    });
  }

  cutClients(node: string): Promise<Release> {
    return this.cut(CLIENTS, node);
  }

  async cutOneWay(from: string, to: string): Promise<Release> {
    await this.#count(from, to, 1);
    return this.#once(() => this.#count(from, to, -1));
  }

  async delay(a: string, b: string, ms: number): Promise<Release> {
    const { setDelay } = this.#lines;
    if (setDelay === undefined) throw new Error('messages can not be delayed on this network');
    const apply = async (change: (delays: number[]) => void): Promise<void> => {
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const key = `${from} ${to}`;
        const delays = this.#delays.get(key) ?? [];
        this.#delays.set(key, delays);
        change(delays);
        await this.#inTurn(key, () => setDelay.call(this.#lines, from, to, Math.max(0, ...delays)));
      }
    };
    await apply((delays) => delays.push(ms));
    return this.#once(() => apply((delays) => delays.splice(delays.indexOf(ms), 1)));
  }

  async heal(): Promise<void> {
    for (const release of [...this.#open]) await release();
  }

  async #count(from: string, to: string, step: 1 | -1): Promise<void> {
    const key = `${from} ${to}`;
    const before = this.#cuts.get(key) ?? 0;
    this.#cuts.set(key, before + step);
    if (before === 0 || before + step === 0) await this.#inTurn(key, () => this.#lines.setCut(from, to, step === 1));
  }

  /**
   * Changes of one direction, one after another: two that were under way together could take effect in either
   * order, and leave a line open that counts as cut.
   */
  #inTurn(key: string, fn: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(fn);
    this.#turns.set(
      key,
      turn.catch(() => {}),
    );
    return turn;
  }

  #once(fn: () => Promise<void>): Release {
    const release = async (): Promise<void> => {
      if (this.#open.delete(release)) await fn();
    };
    this.#open.add(release);
    return release;
  }
}
