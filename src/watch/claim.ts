// Up to which revision nothing of one group is still to come on this node (D1 of docs/design/partitions.md).
// Asked for only when somebody wants it: an idle watch costs no messages.

import { invariant } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import type { Timer, Timers } from '../runtime/ports.js';

export class Claim {
  readonly #group: GroupHandle;
  readonly #timers: Timers;
  readonly #resolved: () => void;
  /** Invariant: every event of the group at or below it has been applied here. Once true that stays true (B4). */
  resolved: number;
  #wanted = 0;
  /** One round at a time: one that begins later covers all that was wanted meanwhile. */
  #asking = false;
  #retry: Timer | undefined;

  /** `resolved` is told when an answer has raised it. */
  constructor(group: GroupHandle, timers: Timers, resolved: () => void) {
    this.#group = group;
    this.#timers = timers;
    this.#resolved = resolved;
    this.resolved = group.store.revision;
  }

  /** An event: the log is in revision order, so that what is applied is resolved by itself. */
  applied(revision: number): void {
    invariant(
      revision > this.resolved,
      `watch: revision ${revision} of group ${this.#group.id} after ${this.resolved}`,
    );
    this.resolved = revision;
  }

  /** Asks until `resolved` is at least `revision`. */
  want(revision: number): void {
    if (revision > this.#wanted) this.#wanted = revision;
    if (this.#retry === undefined) this.#ask();
  }

  /** Nobody wants anything any more. What is under way may still end. */
  drop(): void {
    this.#wanted = 0;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  #ask(): void {
    if (this.#asking || this.resolved >= this.#wanted) return;
    this.#asking = true;
    const asked = this.#wanted;
    this.#group.readIndex().then(
      (revision) => this.#answered(revision, asked),
      () => this.#answered(0, asked),
    );
  }

  #answered(revision: number, asked: number): void {
    this.#asking = false;
    if (revision > this.resolved) {
      this.resolved = revision;
      this.#resolved();
    }
    // More may have been wanted meanwhile.
    if (this.resolved >= asked) return this.#ask();
    // No leader, or one that has not heard yet of what is wanted.
    this.#retry ??= this.#timers.after(limits.watchClaimRetryMs, () => {
      this.#retry = undefined;
      this.#ask();
    });
  }
}
