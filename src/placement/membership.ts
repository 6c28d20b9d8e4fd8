// Changes of the member table: checked and proposed by the system group's leader, waited for by whoever was asked.
// What is refused, and in which words, is etcd's (server.go: mayAddMember, mayRemoveMember, promoteMember).

import { MemberChange } from '../../proto/gen/placement.js';
import type { Member, MemberInit } from '../../proto/gen/rpc.js';
import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { type GroupHandle, PeerMethod } from '../multiraft/types.js';
import { encodeMemberChange, MemberAction } from '../mvcc/member-table.js';
import { CommandKind } from '../mvcc/types.js';
import { membersOf } from '../raft/conf-change.js';
import type { NodeId } from '../raft/types.js';
import type { Runtime } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';

export interface MembershipOptions {
  readonly system: GroupHandle;
  readonly self: NodeId;
  readonly runtime: Runtime;
  /** etcd's --strict-reconfig-check: refuse what could cost the cluster its quorum. */
  readonly strict: boolean;
  readonly learnersMax: number;
  /** Since when, by the monotonic clock, a member is connected to this one; undefined: it is not. */
  readonly connectedSinceMs: (id: NodeId) => number | undefined;
  /** Looks at the groups at once instead of a moment later. */
  readonly kick: () => void;
}

/** A learner may be promoted when it has this share of the leader's log (etcd's figure). */
const READY_SHARE = 0.9;
const POLL_MS = 10;
const NOTHING = Buffer.alloc(0);

export class Membership {
  readonly #options: MembershipOptions;
  /** One change at a time. */
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    options.system.setLeaderHandler(PeerMethod.changeMember, (body) => this.#serve(MemberChange.decode(body)));
  }

  // ---- where the client asks ----

  /** Resolves when the member is in the table and in the system group, where it learns at first. */
  async add(member: Member): Promise<void> {
    await this.#change(MemberAction.add, member);
    await this.#until(() => this.#members.has(member.ID) && membersOf(this.#store.confState).has(member.ID));
  }

  async update(id: NodeId, peerURLs: readonly string[]): Promise<void> {
    await this.#change(MemberAction.update, { ID: id, peerURLs: [...peerURLs] });
    const same = (urls: readonly string[]): boolean => urls.join(',') === peerURLs.join(',');
    await this.#until(() => same(this.#members.get(id)?.peerURLs ?? peerURLs));
  }

  /** Resolves when the member votes in the system group. */
  async promote(id: NodeId): Promise<void> {
    await this.#change(MemberAction.promote, { ID: id });
    await this.#until(() => this.#store.confState.voters.includes(id) || this.#store.memberTable.removed.has(id));
  }

  /** Resolves when no group has the member any more. */
  async remove(id: NodeId): Promise<void> {
    await this.#change(MemberAction.leave, { ID: id });
    // One that removes itself may never see its own end.
    const gone = (): boolean => this.#store.memberTable.removed.has(id) || this.#ended;
    await this.#until(gone);
  }

  /** This member was removed: nothing more is to be seen here. */
  wasRemoved(): void {
    this.#ended = true;
  }

  async #change(action: MemberAction, member: MemberInit): Promise<void> {
    const { learnersMax } = this.#options;
    await this.#options.system.callLeader(PeerMethod.changeMember, encodeMemberChange(action, member, { learnersMax }));
  }

  async #until(holds: () => boolean): Promise<void> {
    const { runtime } = this.#options;
    const deadline = runtime.clock.monotonicMs() + limits.requestTimeoutMs;
    while (!holds()) {
      if (runtime.clock.monotonicMs() > deadline) throw errors.timeout();
      await sleep(runtime.timers, POLL_MS);
    }
  }

  get #store() {
    return this.#options.system.store;
  }

  get #members(): ReadonlyMap<NodeId, Member> {
    return this.#store.memberTable.members;
  }

  // ---- at the leader ----

  #serve(change: MemberChange): Promise<Uint8Array> {
    const work = this.#tail.then(() => this.#decide(change));
    this.#tail = work.catch(() => {});
    return work;
  }

  async #decide({ action, member, learnersMax }: MemberChange): Promise<Uint8Array> {
    if (member === undefined) throw errors.memberNotFound();
    const { system } = this.#options;
    const { ready, term } = system.leadership;
    // Before that, what an earlier leader has decided is not all applied.
    if (!ready) throw errors.notLeader();
    if (this.#isDone(action as MemberAction, member)) return NOTHING;
    this.#check(action as MemberAction, member);
    const payload = encodeMemberChange(action as MemberAction, member, { learnersMax });
    const { error } = await system.propose(CommandKind.changeMember, payload, limits.requestTimeoutMs, term);
    if (error !== undefined) throw error;
    this.#options.kick();
    return NOTHING;
  }

  /** A repetition, after an answer that was lost. */
  #isDone(action: MemberAction, { ID, peerURLs }: Member): boolean {
    const known = this.#members.get(ID);
    if (action === MemberAction.add) return known !== undefined && known.peerURLs.join() === peerURLs.join();
    return action === MemberAction.leave && this.#store.memberTable.leaving.has(ID);
  }

  /** The state machine checks the rest when it applies the change. */
  #check(action: MemberAction, member: Member): void {
    const { strict } = this.#options;
    if (action === MemberAction.add && strict) this.#mayAdd(member);
    else if (action === MemberAction.promote) this.#mayPromote(member.ID);
    else if (action === MemberAction.leave && strict) this.#mayRemove(member.ID);
  }

  get #voting(): Member[] {
    const { leaving } = this.#store.memberTable;
    return [...this.#members.values()].filter((m) => !m.isLearner && !leaving.has(m.ID));
  }

  #mayAdd({ isLearner }: Member): void {
    const voting = this.#voting;
    const started = startedIn(voting);
    // A second member may always be added to one: it counts only once it has caught up.
    const first = started === 1 && voting.length === 1;
    if (!isLearner && !first && started < majority(voting.length + 1)) throw errors.notEnoughStarted();
    if (voting.some((m) => !this.#isHealthy(m.ID))) throw errors.unhealthy();
  }

  #mayPromote(id: NodeId): void {
    const member = this.#members.get(id);
    if (member === undefined || this.#store.memberTable.leaving.has(id)) throw errors.memberNotFound();
    if (!member.isLearner) throw errors.memberNotLearner();
    const { progress, lastIndex } = this.#options.system.status();
    const replica = progress.get(id);
    const ready = replica?.recentlyActive === true && replica.match >= lastIndex * READY_SHARE;
    if (!ready) throw errors.learnerNotReady();
    const voting = this.#voting;
    const started = startedIn([...voting, member]);
    if (this.#options.strict && started < majority(voting.length + 1)) throw errors.notEnoughStarted();
  }

  #mayRemove(id: NodeId): void {
    const member = this.#members.get(id);
    if (member === undefined) throw errors.memberNotFound();
    if (member.isLearner) return;
    const voting = this.#voting;
    const left = voting.filter((m) => m.ID !== id);
    if (startedIn(left) < majority(left.length)) throw errors.notEnoughStarted();
    // One that is down is not part of the majority that answers.
    if (id !== this.#options.self && this.#options.connectedSinceMs(id) === undefined) return;
    const healthy = voting.filter((m) => this.#isHealthy(m.ID)).length;
    if (healthy - 1 < 1 + Math.floor((voting.length - 1) / 2)) throw errors.unhealthy();
  }

  #isHealthy(id: NodeId): boolean {
    if (id === this.#options.self) return true;
    const since = this.#options.connectedSinceMs(id);
    return since !== undefined && this.#options.runtime.clock.monotonicMs() - since >= limits.healthyAfterMs;
  }
}

const majority = (count: number): number => Math.floor(count / 2) + 1;
const startedIn = (members: readonly Member[]): number => members.filter((m) => m.name !== '').length;
