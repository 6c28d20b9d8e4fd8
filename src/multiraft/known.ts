/**
 * The highest revision that this node knows to have been handed out (PROTOCOL, "known"): learned from an answer
 * of the sequencer, from another node, or from the log, never from a client.
 */
export class Known {
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  learn(revision: number): void {
    if (revision > this.#revision) this.#revision = revision;
  }
}
