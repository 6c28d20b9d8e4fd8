// Ends leases whose time is up. A deadline alone proves nothing: this node may have been deposed, or
// have stood still while another leader renewed the lease. So a due lease is ended only after the
// leadership was confirmed by a round that began when it was due already, and the command that ends
// it takes effect in that leadership's term only.

import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { encodeLives } from '../mvcc/lease-records.js';
import { CommandKind } from '../mvcc/types.js';
import type { Runtime, Timer } from '../runtime/ports.js';
import type { Deadlines, Tenure } from './deadlines.js';

import { RateLimit } from './rate-limit.js';

/** Pause before another attempt when a confirmation or a proposal failed. */
const RETRY_MS = 100;
/** How soon a due lease with a keep-alive under way is looked at again. */
const RENEWING_MS = 10;
/** Timers of hosts count in 32 bits. */
const SLEEP_MS_MAX = 2 ** 31 - 1;

export class Expiry {
  readonly #group: GroupHandle;
  readonly #runtime: Pick<Runtime, 'clock' | 'timers' | 'logger'>;
  readonly #rate: RateLimit;
  #deadlines: Deadlines | undefined;
  #timer: Timer | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  /** A confirmation is under way: the next look comes after it. */
  #looking = false;

  constructor(group: GroupHandle, runtime: Pick<Runtime, 'clock' | 'timers' | 'logger'>) {
    this.#group = group;
    this.#runtime = runtime;
    this.#rate = new RateLimit(limits.leaseRevocationsPerSecondMax, runtime.clock);
  }

  start(deadlines: Deadlines): void {
    this.stop();
    this.#deadlines = deadlines;
    this.wake();
  }

  stop(): void {
    this.#deadlines = undefined;
    this.#disarm();
  }

  /** Something changed that may have to be looked at sooner. */
  wake(): void {
    const lookMs = this.#deadlines?.nextLookMs;
    if (lookMs !== undefined) this.#arm(lookMs);
  }

  #arm(atMs: number): void {
    if (this.#looking || atMs >= this.#wakeAtMs) return;
    this.#disarm();
    this.#wakeAtMs = atMs;
    const delayMs = Math.min(SLEEP_MS_MAX, Math.max(0, Math.ceil(atMs - this.#runtime.clock.monotonicMs())));
    this.#timer = this.#runtime.timers.after(delayMs, () => {
      this.#disarm();
      this.#look().catch((error: unknown) => {
        this.#runtime.logger.error({ err: error, group: this.#group.id }, 'lease: expiry failed');
        this.#looking = false;
        this.#arm(this.#runtime.clock.monotonicMs() + RETRY_MS);
      });
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
  }

  async #look(): Promise<void> {
    const deadlines = this.#deadlines;
    if (deadlines === undefined || this.#looking) return;
    const allowed = this.#rate.available();
    if (allowed === 0) return this.#arm(this.#runtime.clock.monotonicMs() + this.#rate.waitMs());
    const due = deadlines.takeDue(this.#runtime.clock.monotonicMs(), allowed);
    if (due.length === 0) return this.wake();
    this.#looking = true;
    const confirmed = await this.#group.confirmLeadership().then(
      () => true,
      () => false,
    );
    this.#looking = false;
    // Deposed meanwhile: whoever leads now counts a full TTL of its own.
    if (this.#deadlines !== deadlines) return this.wake();
    this.#end(deadlines, this.#decide(deadlines, due, confirmed));
    this.wake();
  }

  /** Which of the due leases end now; the others go back into the heap. */
  #decide(deadlines: Deadlines, due: readonly Tenure[], confirmed: boolean): Tenure[] {
    const nowMs = this.#runtime.clock.monotonicMs();
    const ending: Tenure[] = [];
    for (const tenure of due) {
      if (!deadlines.holds(tenure) || tenure.revoking) continue;
      if (!confirmed) deadlines.putBack(tenure, nowMs + RETRY_MS);
      else if (tenure.ending) ending.push(tenure);
      else if (tenure.renewals > 0) deadlines.putBack(tenure, nowMs + RENEWING_MS);
      else if (tenure.deadlineMs > nowMs) deadlines.putBack(tenure, tenure.deadlineMs);
      else {
        tenure.ending = true;
        ending.push(tenure);
      }
    }
    return ending;
  }

  #end(deadlines: Deadlines, ending: readonly Tenure[]): void {
    if (ending.length === 0) return;
    this.#rate.take(ending.length);
    // F3: what other partitions hold keys with ends in steps. A registration on its way is met when this is applied.
    const inSteps = ending.filter(({ id }) => (this.#group.store.lease(id)?.partitions.length ?? 0) > 0);
    const atOnce = inSteps.length === 0 ? ending : ending.filter((tenure) => !inSteps.includes(tenure));
    this.#propose(deadlines, inSteps, CommandKind.leaseRevoking);
    this.#propose(deadlines, atOnce, CommandKind.leaseExpireLives);
  }

  #propose(deadlines: Deadlines, ending: readonly Tenure[], kind: CommandKind): void {
    if (ending.length === 0) return;
    // F6: in place of a lease its ID may be granted again before the command is applied.
    const lives = ending.map(({ id }) => this.#group.store.lease(id)).filter((lease) => lease !== undefined);
    const payload = encodeLives(lives);
    // The term matters: placed by a later leader, the command would end leases which that leader renewed.
    this.#group.propose(kind, payload, limits.requestTimeoutMs, deadlines.term).then(
      ({ error }) => this.#again(deadlines, ending, error),
      (error: unknown) => this.#again(deadlines, ending, error),
    );
  }

  /** The command may still take effect later, so the leases stay `ending`; ending one twice is harmless. */
  #again(deadlines: Deadlines, ending: readonly Tenure[], error: unknown): void {
    if (this.#deadlines !== deadlines) return;
    const left = ending.filter((tenure) => deadlines.holds(tenure) && !tenure.revoking);
    if (left.length === 0) return;
    this.#runtime.logger.warn({ err: error, group: this.#group.id, leases: left.length }, 'lease: expiry is retried');
    for (const tenure of left) deadlines.putBack(tenure, this.#runtime.clock.monotonicMs() + RETRY_MS);
    this.wake();
  }
}
