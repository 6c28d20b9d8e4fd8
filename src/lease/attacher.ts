// Writes that attach keys to leases, on the node that serves them: whatever the home of a lease, the partition that
// gets the write has been made to accept it (rule F1). What is home already, or known here to be attached, costs nothing.

import { errors } from '../errors.js';
import { type GroupHandle, PeerMethod } from '../multiraft/types.js';
import type { ApplyResult, CommandKind } from '../mvcc/types.js';
import type { Router } from '../placement/types.js';
import type { Runtime } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';
import { HomeCalls } from './home-calls.js';
import { ATTACHED, GONE } from './wire.js';

/** Before a lease that is ending, or whose attachment was broken off, is asked about again. */
const RETRY_MS = 20;
const NOT_FOUND = errors.leaseNotFound().message;

export class Attacher {
  readonly #router: Router;
  readonly #runtime: Pick<Runtime, 'clock' | 'timers'>;
  readonly #calls = new Map<GroupHandle, HomeCalls>();

  constructor(router: Router, runtime: Pick<Runtime, 'clock' | 'timers'>) {
    this.#router = router;
    this.#runtime = runtime;
  }

  /** Group.propose for a command that may attach keys to `leases`. */
  propose(
    group: GroupHandle,
    kind: CommandKind,
    payload: Uint8Array,
    leases: readonly bigint[],
    timeoutMs: number,
  ): Promise<ApplyResult> {
    if (leases.length === 0 || this.#router.groups.length === 1) return group.propose(kind, payload, timeoutMs);
    return this.#proposeAttached(group, kind, payload, leases, timeoutMs);
  }

  async #proposeAttached(
    group: GroupHandle,
    kind: CommandKind,
    payload: Uint8Array,
    leases: readonly bigint[],
    timeoutMs: number,
  ): Promise<ApplyResult> {
    const giveUpMs = this.#nowMs() + timeoutMs;
    for (;;) {
      // A lease that is gone may stand in a branch that is not taken: apply decides.
      const attached = await this.attach(group, leases, giveUpMs - this.#nowMs());
      const result = await group.propose(kind, payload, Math.max(1, giveUpMs - this.#nowMs()));
      if (!attached || result.error?.message !== NOT_FOUND) return result;
      // F5: refused because it is ending, here or at its home. It is not "not found" before the home has forgotten it.
      if (leases.some((id) => this.#isGoneHere(group, id))) return result;
      await this.#pause(giveUpMs);
    }
  }

  #isGoneHere(group: GroupHandle, id: bigint): boolean {
    return this.#router.forLease(id) === group && group.store.lease(id) === undefined;
  }

  /** Resolves when `group` accepts keys with these leases; false: some of them do not exist. */
  async attach(group: GroupHandle, leases: readonly bigint[], timeoutMs: number): Promise<boolean> {
    const giveUpMs = this.#nowMs() + timeoutMs;
    const found = await Promise.all(leases.map((id) => this.#attachOne(group, id, giveUpMs)));
    return !found.includes(false);
  }

  async #attachOne(group: GroupHandle, id: bigint, giveUpMs: number): Promise<boolean> {
    const home = this.#router.forLease(id);
    // The stub may be about to be cut: the write is checked when it is applied.
    while (home !== group && group.store.leaseStub(id) === undefined) {
      const answer = await this.#callsOf(group).ask(home, id);
      if (answer === ATTACHED) return true;
      if (answer === GONE) return false;
      await this.#pause(giveUpMs);
    }
    return true;
  }

  #callsOf(group: GroupHandle): HomeCalls {
    let calls = this.#calls.get(group);
    if (calls === undefined) {
      const { timers } = this.#runtime;
      calls = new HomeCalls({ timers, callee: () => group, method: PeerMethod.leaseAttach });
      this.#calls.set(group, calls);
    }
    return calls;
  }

  async #pause(giveUpMs: number): Promise<void> {
    if (this.#nowMs() >= giveUpMs) throw errors.timeout();
    await sleep(this.#runtime.timers, RETRY_MS);
  }

  #nowMs(): number {
    return this.#runtime.clock.monotonicMs();
  }
}
