// What a node asks of the sequencer, wherever that is: the asks of all its groups share messages.

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { packNumbers, unpackNumbers } from '../multiraft/calls.js';
import type { Known } from '../multiraft/known.js';
import { type GroupHandle, PeerMethod } from '../multiraft/types.js';
import type { Timers } from '../runtime/ports.js';

interface Ask {
  readonly count: number;
  readonly resolve: (first: number) => void;
  readonly reject: (error: unknown) => void;
}

export class Revisions {
  #system: GroupHandle | undefined;
  readonly #known: Known;
  readonly #timers: Pick<Timers, 'defer'>;
  #waiting: Ask[] = [];
  #asking = false;
  /** Ends the wait for an answer: who was asked does not lead any more. */
  #abandon: (() => void) | undefined;

  constructor(known: Known, timers: Pick<Timers, 'defer'>) {
    this.#known = known;
    this.#timers = timers;
  }

  /** Whom to ask. Groups of partitions are opened with this object, the system group beside them. */
  connect(system: GroupHandle): void {
    this.#system = system;
    let leader = system.leadership.leader;
    system.onLeadership((now) => {
      if (now.leader === leader) return;
      leader = now.leader;
      this.#abandon?.();
    });
  }

  /**
   * Resolves to the first of `count` consecutive revisions, handed out after this call and to nobody else. Rejects
   * with RpcError when no sequencer answers in time; whatever was handed out then is lost.
   */
  take(count: number): Promise<number> {
    return this.#ask(count);
  }

  /** What this node knows to have been handed out. */
  get known(): number {
    return this.#known.revision;
  }

  /** The newest revision handed out: at least those of all writes acknowledged before this call. */
  current(): Promise<number> {
    return this.#ask(0);
  }

  #ask(count: number): Promise<number> {
    if (this.#waiting.length >= limits.revisionAsksPendingMax) return Promise.reject(errors.tooManyRequests());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ count, resolve, reject });
      if (this.#asking) return;
      this.#asking = true;
      // All that are asked for in this turn go together.
      this.#timers.defer(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#send(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#asking = false;
  }

  async #send(batch: readonly Ask[]): Promise<void> {
    const count = batch.reduce((sum, ask) => sum + ask.count, 0);
    const body = packNumbers(this.#known.revision, count);
    const abandoned = new Promise<never>((_, reject) => {
      this.#abandon = () => reject(errors.leaderChanged());
    });
    const system = this.#system;
    if (system === undefined) throw errors.noLeader();
    const call = system.callLeader(PeerMethod.sequence, body, limits.revisionCallTimeoutMs);
    const answer = await Promise.race([call, abandoned]).finally(() => {
      this.#abandon = undefined;
      // What an abandoned call comes to is of no interest.
      call.catch(() => {});
    });
    const [first = 0] = unpackNumbers(answer, 1);
    // Without a count the answer is the newest revision itself.
    let next = count === 0 ? first + 1 : first;
    this.#known.learn(next + count - 1);
    for (const ask of batch) {
      // Who only asks for the newest may get one that others of this batch take: it was handed out just now.
      ask.resolve(ask.count === 0 ? next - 1 : next);
      next += ask.count;
    }
  }
}
