// One confirmation of leadership for everything that asked in the same turn. It begins after the
// last of them has come: an earlier one says nothing about them (rule F7).

import type { GroupHandle } from '../multiraft/types.js';
import type { Timers } from '../runtime/ports.js';

export class LeadershipGate {
  readonly #group: GroupHandle;
  readonly #timers: Timers;
  #next: Promise<void> | undefined;

  constructor(group: GroupHandle, timers: Timers) {
    this.#group = group;
    this.#timers = timers;
  }

  /**
   * Resolves when this node was the leader at a moment after this call, and everything that was
   * acknowledged before this call is applied here. Rejects with RpcError.
   */
  pass(): Promise<void> {
    this.#next ??= new Promise((resolve, reject) => {
      this.#timers.defer(() => {
        this.#next = undefined;
        this.#confirm().then(resolve, reject);
      });
    });
    return this.#next;
  }

  async #confirm(): Promise<void> {
    await this.#group.confirmLeadership();
    // Another member may have applied, and acknowledged, what is committed and not yet applied here.
    if (this.#group.store.appliedIndex < this.#group.status().commit) await this.#group.readIndex();
  }
}
