// Hands out revisions, at the leader of the system group. The counter is in memory; how far it may go stands in the
// group's log (rules A1, A2 and A4 of docs/design/partitions.md).

import { errors, invariant } from '../errors.js';
import { limits } from '../limits.js';
import { packNumbers, unpackNumbers } from '../multiraft/calls.js';
import type { Known } from '../multiraft/known.js';
import { type GroupHandle, type Leadership, PeerMethod } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';

export interface SequencerOptions {
  readonly system: GroupHandle;
  readonly known: Known;
  /** The node must stop: revisions would be handed out twice. */
  readonly fail: (error: unknown) => void;
}

interface Ask {
  readonly count: number;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** One leadership's right to hand out revisions. */
interface Office {
  readonly term: number;
  /** The revision handed out last, by this office or a former one. */
  counter: number;
  /** A1: an entry of this term that allows revisions up to here is applied. */
  bound: number;
  raising: Promise<void> | undefined;
}

/** Create it before the system group starts. It answers `PeerMethod.sequence` while this node leads that group. */
export class Sequencer {
  readonly #options: SequencerOptions;
  #office: Office | undefined;
  #waiting: Ask[] = [];
  #serving = false;

  constructor(options: SequencerOptions) {
    this.#options = options;
    options.system.setLeaderHandler(PeerMethod.sequence, (body) => this.#asked(body));
    options.system.onLeadership((leadership) => this.#onLeadership(leadership));
    this.#onLeadership(options.system.leadership);
  }

  /** A1: begins at the highest bound of its whole log, which is applied when the term's no-op is. */
  #onLeadership({ ready, term }: Leadership): void {
    if (!ready) this.#office = undefined;
    else if (this.#office?.term !== term) {
      const counter = this.#options.system.store.revisionBound;
      this.#office = { term, counter, bound: counter, raising: undefined };
      this.#raise(this.#office, 0).catch(() => {});
    }
  }

  #asked(body: Uint8Array): Promise<Uint8Array> {
    const [known = 0, count = 0] = unpackNumbers(body, 2);
    this.#options.known.learn(known);
    if (this.#waiting.length >= limits.revisionAsksPendingMax) return Promise.reject(errors.tooManyRequests());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ count, resolve, reject });
      if (!this.#serving) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#serving = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#answer(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#serving = false;
  }

  /** A2: a quorum confirms the leadership after the last ask was read; nothing needs to be checked after that. */
  async #answer(batch: readonly Ask[]): Promise<void> {
    const office = this.#office;
    if (office === undefined) throw errors.noLeader();
    await this.#options.system.confirmLeadership();
    if (this.#office !== office) throw errors.leaderChanged();
    const count = batch.reduce((sum, ask) => sum + ask.count, 0);
    while (office.counter + count > office.bound) await this.#raise(office, count);
    this.#checkKnown(office);
    for (const ask of batch) {
      ask.resolve(packNumbers(ask.count === 0 ? office.counter : office.counter + 1));
      office.counter += ask.count;
    }
    this.#options.known.learn(office.counter);
    // In time, so that nobody has to wait for it.
    if (office.bound - office.counter < limits.revisionStride / 2) this.#raise(office, 0).catch(() => {});
  }

  /** A4. */
  #checkKnown(office: Office): void {
    const { revision } = this.#options.known;
    if (revision <= office.counter) return;
    const error = new Error(`revision ${revision} was handed out by somebody else: the counter is ${office.counter}`);
    this.#options.fail(error);
    invariant(false, error.message);
  }

  #raise(office: Office, count: number): Promise<void> {
    office.raising ??= this.#proposeBound(office, office.bound + Math.max(limits.revisionStride, count)).finally(() => {
      office.raising = undefined;
    });
    return office.raising;
  }

  async #proposeBound(office: Office, bound: number): Promise<void> {
    const { system } = this.#options;
    const { term } = office;
    const result = await system.propose(CommandKind.raiseBound, packNumbers(bound), limits.requestTimeoutMs, term);
    if (result.error !== undefined) throw result.error;
    if (this.#office !== office) throw errors.leaderChanged();
    office.bound = bound;
  }
}
