// A replicated group without Raft: one log, applied on every member as fast as each lets it; who
// leads is what the test says. A member believes what it was told last: a deposed leader may not know.

import { errors } from '../../src/errors.js';
import type { GroupHandle, LeaderHandler, Leadership, PeerMethod } from '../../src/multiraft/types.js';
import type { ApplyResult, CommandKind, MvccStore } from '../../src/mvcc/types.js';
import { SlotMap } from '../../src/placement/slots.js';
import type { Router } from '../../src/placement/types.js';
import type { RaftStatus } from '../../src/raft/types.js';
import { type ManualHost, Scheduler } from './scheduler.js';
import { FakeStore } from './store.js';

export class FakeCluster {
  readonly scheduler: Scheduler;
  readonly members: FakeMember[] = [];
  readonly log: { readonly kind: CommandKind; readonly payload: Uint8Array; readonly term: number }[] = [];
  term = 1;
  /** The member that a quorum follows. */
  leader: FakeMember;

  readonly id: number;

  /** `hosts`: those of the members, where several groups share them. */
  constructor(size = 1, scheduler = new Scheduler(), id = 1, hosts: readonly ManualHost[] = []) {
    this.scheduler = scheduler;
    this.id = id;
    for (let i = 0; i < size; i++) this.members.push(new FakeMember(this, i + 1, hosts[i] ?? scheduler.host()));
    this.leader = this.members[0]!;
    this.elect(this.leader);
  }

  /** `told`: who learns of it now; the others keep their belief. */
  elect(member: FakeMember, told: readonly FakeMember[] = this.members): void {
    this.term++;
    this.leader = member;
    for (const m of told) m.tell();
  }
}

export class FakeMember {
  readonly store = new FakeStore();
  readonly host: ManualHost;
  readonly group: GroupHandle;
  readonly router: Router;
  readonly #cluster: FakeCluster;
  readonly #id: number;
  readonly #handlers = new Map<PeerMethod, LeaderHandler>();
  readonly #listeners: ((l: Leadership) => void)[] = [];
  #leadership: Leadership = { term: 0, leader: 0n, isLeader: false, ready: false };
  /** While true, committed entries wait. */
  applyPaused = false;
  confirmations = 0;
  calls = 0;
  /** Awaited before a confirmation is decided. */
  confirmDelay: () => Promise<void> = () => Promise.resolve();

  constructor(cluster: FakeCluster, id: number, host: ManualHost) {
    this.#cluster = cluster;
    this.#id = id;
    this.host = host;
    const member = this;
    this.group = {
      id: cluster.id,
      store: this.store.asStore() as MvccStore,
      propose: (kind, payload, _timeoutMs, onlyInTerm) => this.#propose(kind, payload, onlyInTerm),
      readIndex: () => this.#readIndex(),
      confirmLeadership: () => this.#confirm(),
      callLeader: (method, body) => this.#callLeader(method, body),
      setLeaderHandler: (method, handler) => void this.#handlers.set(method, handler),
      get leadership() {
        return member.#leadership;
      },
      onLeadership: (fn) => void this.#listeners.push(fn),
      transferLeadership: () => Promise.reject(errors.notLeader()),
      status: () => ({ commit: cluster.log.length }) as RaftStatus,
    };
    const groups = [this.group];
    this.router = {
      forKey: () => this.group,
      forRange: () => groups,
      forLease: () => this.group,
      slots: new SlotMap(1),
      groups,
      system: this.group,
    };
  }

  /** Learns who leads. */
  tell(): void {
    this.applyAll();
    const { term, leader } = this.#cluster;
    const isLeader = leader === this;
    this.#leadership = { term, leader: BigInt(leader.#id), isLeader, ready: isLeader };
    for (const fn of this.#listeners) fn(this.#leadership);
  }

  applyAll(): Map<number, ApplyResult> {
    const results = new Map<number, ApplyResult>();
    while (!this.applyPaused && this.store.appliedIndex < this.#cluster.log.length) {
      const index = this.store.appliedIndex;
      const { kind, payload } = this.#cluster.log[index]!;
      results.set(index, this.store.execute(kind, payload));
    }
    return results;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.host.runtime.timers.after(1, resolve));
  }

  async #propose(kind: CommandKind, payload: Uint8Array, onlyInTerm: number | undefined): Promise<ApplyResult> {
    await new Promise<void>((resolve) => this.host.runtime.timers.defer(resolve));
    const { log, term, leader } = this.#cluster;
    if (onlyInTerm !== undefined && (leader !== this || term !== onlyInTerm)) throw errors.leaderChanged();
    const index = log.push({ kind, payload, term }) - 1;
    let result: ApplyResult | undefined;
    for (const member of this.#cluster.members) {
      const results = member.applyAll();
      if (member === this) result = results.get(index);
    }
    if (result !== undefined) return result;
    await this.#until(() => {
      result = this.applyAll().get(index);
      return result !== undefined;
    });
    return result!;
  }

  async #readIndex(): Promise<number> {
    const commit = this.#cluster.log.length;
    await this.#until(() => {
      this.applyAll();
      return this.store.appliedIndex >= commit;
    });
    return 0;
  }

  async #confirm(): Promise<void> {
    this.confirmations++;
    const { term } = this.#leadership;
    if (!this.#leadership.isLeader) throw errors.notLeader();
    await this.confirmDelay();
    if (this.#cluster.leader !== this || this.#cluster.term !== term) throw errors.leaderChanged();
  }

  async #callLeader(method: PeerMethod, body: Uint8Array): Promise<Uint8Array> {
    this.calls++;
    for (let attempt = 0; ; attempt++) {
      try {
        const handler = this.#cluster.leader.#handlers.get(method);
        if (handler === undefined) throw errors.noLeader();
        return await handler(body);
      } catch (error) {
        if (attempt === 20) throw error;
        await new Promise<void>((resolve) => this.host.runtime.timers.after(10, resolve));
      }
    }
  }

  /** Calls this member's own handler, as a peer does that still believes in it. */
  async callHere(method: PeerMethod, body: Uint8Array): Promise<Uint8Array> {
    return this.#handlers.get(method)!(body);
  }
}
