// A partition's group without Raft, for transactions over partitions: one log, a real state machine in memory, writes
// numbered as at a leader. Who leads, what is applied, and whether a leader can confirm itself is what the test says.

import { errors } from '../../src/errors.js';
import { Numbering } from '../../src/multiraft/numbering.js';
import type { LeaderHandler, Leadership, OpenWork, PeerMethod } from '../../src/multiraft/types.js';
import { encodeCommand, stamp, takesRevision } from '../../src/mvcc/command.js';
import { openMvcc } from '../../src/mvcc/store.js';
import type { ApplyResult, CommandKind, MvccStore } from '../../src/mvcc/types.js';
import { type Entry, EntryType, type ProposeResult, type RaftStatus } from '../../src/raft/types.js';
import type { Timers } from '../../src/runtime/ports.js';
import type { TxnGroup } from '../../src/txn/types.js';
import { MemoryState } from './memory-state.js';

const SELF = 1n;

export interface FakeTxnGroupOptions {
  readonly id: number;
  readonly take: (count: number) => Promise<number>;
  readonly timers: Timers;
}

export class FakeTxnGroup implements TxnGroup {
  readonly id: number;
  readonly store: MvccStore;
  readonly numbering: Numbering;
  readonly log: Entry[] = [];
  leadership: Leadership = { term: 0, leader: 0n, isLeader: false, ready: false };
  /** Kinds of calls that never arrive. */
  readonly lost = new Set<PeerMethod>();
  /** While true, a quorum does not answer: nothing commits, and nobody is confirmed. */
  cutOff = false;
  openWork: OpenWork | undefined;
  readonly #waiting = new Map<number, { resolve(r: ApplyResult): void; reject(e: Error): void }>();
  readonly #handlers = new Map<PeerMethod, LeaderHandler>();
  readonly #leadershipListeners: ((l: Leadership) => void)[] = [];
  readonly #visibleListeners: (() => void)[] = [];
  #request = 1;
  #applying: Promise<void> = Promise.resolve();

  static async open(options: FakeTxnGroupOptions): Promise<FakeTxnGroup> {
    const state = new MemoryState();
    const store = await openMvcc({ self: SELF, state, quotaBytes: 1e9, txnOpsMax: 128, sequenced: true });
    return new FakeTxnGroup(options, store);
  }

  private constructor(options: FakeTxnGroupOptions, store: MvccStore) {
    this.id = options.id;
    this.store = store;
    this.numbering = new Numbering({
      ask: options.take,
      append: (term, data) => this.#append(term, data),
      after: (ms, fn) => options.timers.after(ms, fn),
    });
    store.onApplied((command, result) => {
      this.#waiting.get(command.request)?.resolve(result);
      this.#waiting.delete(command.request);
    });
  }

  /** Leads from now on, in a new term, with everything in the log applied. */
  async lead(): Promise<void> {
    this.cutOff = false;
    await this.#apply();
    const term = this.leadership.term + 1;
    this.#tell({ term, leader: SELF, isLeader: true, ready: true });
  }

  /** Does not lead any more. What it has appended and nobody has seen is lost with `loses`. */
  depose(loses: boolean): void {
    if (loses) this.log.length = this.store.appliedIndex;
    this.#tell({ term: this.leadership.term + 1, leader: 0n, isLeader: false, ready: false });
    for (const { reject } of this.#waiting.values()) reject(errors.leaderChanged());
    this.#waiting.clear();
  }

  #tell(leadership: Leadership): void {
    this.leadership = leadership;
    const { term, isLeader } = leadership;
    this.numbering.lead(isLeader ? term : 0);
    if (isLeader) this.numbering.open(term, this.store.revision, this.store.txns.prepared !== undefined);
    for (const fn of this.#leadershipListeners) fn(leadership);
  }

  #append(term: number, data: readonly Uint8Array[]): ProposeResult {
    if (term !== this.leadership.term || !this.leadership.isLeader) return { ok: false, reason: 'notLeader' };
    const firstIndex = this.log.length + 1;
    data.forEach((bytes, i) => {
      this.log.push({ term, index: firstIndex + i, type: EntryType.normal, data: bytes });
    });
    if (!this.cutOff) void this.#apply();
    return { ok: true, term, firstIndex };
  }

  /** Everything in the log is committed. */
  heal(): Promise<void> {
    this.cutOff = false;
    return this.#apply();
  }

  #apply(): Promise<void> {
    this.#applying = this.#applying.then(async () => {
      const entries = this.log.slice(this.store.appliedIndex);
      if (entries.length > 0) await this.store.apply(entries);
      for (const fn of this.#visibleListeners) fn();
    });
    return this.#applying;
  }

  propose(
    kind: CommandKind,
    payload: Uint8Array,
    _timeoutMs?: number,
    onlyInTerm = 0,
    revision = 0,
  ): Promise<ApplyResult> {
    const { term } = this.leadership;
    if (onlyInTerm !== 0 && onlyInTerm !== term) return Promise.reject(errors.leaderChanged());
    const request = this.#request++;
    const plain = encodeCommand(kind, SELF, request, payload);
    const data = revision > 0 ? stamp(plain, revision) : plain;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      const refused = (): void => {
        this.#waiting.delete(request);
        reject(errors.leaderChanged());
      };
      if (takesRevision(data)) this.numbering.add([data], (placement) => placement !== 'placed' && refused());
      else if (!this.#append(term, [data]).ok) refused();
    });
  }

  async confirmLeadership(): Promise<void> {
    const { term, isLeader } = this.leadership;
    if (!isLeader) throw errors.notLeader();
    await Promise.resolve();
    if (this.cutOff || this.leadership.term !== term) throw errors.leaderChanged();
  }

  async callLeader(method: PeerMethod, body: Uint8Array): Promise<Uint8Array> {
    const handler = this.#handlers.get(method);
    if (this.lost.has(method) || handler === undefined || !this.leadership.isLeader) throw errors.timeout();
    return handler(body);
  }

  setLeaderHandler(method: PeerMethod, handler: LeaderHandler): void {
    this.#handlers.set(method, handler);
  }

  onLeadership(fn: (l: Leadership) => void): void {
    this.#leadershipListeners.push(fn);
  }

  onVisible(fn: () => void): void {
    this.#visibleListeners.push(fn);
  }

  claimsWaitFor(work: OpenWork): void {
    this.openWork = work;
  }

  readIndex(): Promise<number> {
    return Promise.reject(errors.noLeader());
  }

  transferLeadership(): Promise<void> {
    return Promise.reject(errors.notLeader());
  }

  status(): RaftStatus {
    return { lastIndex: this.log.length } as RaftStatus;
  }
}
