// Who belongs to the cluster: the truth that every node follows. It lives in the system group's state.
//
// A member comes by `add`, as a voter or a learner of whatever group takes it in. Its removal has two entries: `leave`
// says that no group may keep it, `remove`, once none does, that it is gone for good. So whoever drives the groups
// may fail at any point: what is left to do stands here and in the groups' own configurations.

import { MemberChange, MemberRecords } from '../../proto/gen/placement.js';
import type { Member, MemberInit } from '../../proto/gen/rpc.js';
import { errors, InvariantViolation, invariant } from '../errors.js';
import type { NodeId } from '../raft/types.js';
import type { GroupState, StateBatch } from '../storage/types.js';
import { getMembers, putMembers } from './meta.js';
import { metaKey } from './records.js';

export const MemberAction = {
  /** member: ID, peerURLs, isLearner. */
  add: 1,
  /** member: ID, peerURLs. */
  update: 2,
  /** member: ID of a learner, which becomes a voter. */
  promote: 3,
  /** member: ID. Its removal begins: no group may keep it. */
  leave: 4,
  /** member: ID of one that is leaving and in no group any more. */
  remove: 5,
  /** member: ID. Tells its zone. */
  zone: 6,
} as const;
export type MemberAction = (typeof MemberAction)[keyof typeof MemberAction];

const RECORDS = metaKey('member-records');

/** What others may read. */
export interface MemberTableView {
  /** By ID. `isLearner` is the role that it is to have; the groups follow. */
  readonly members: ReadonlyMap<NodeId, Member>;
  /** Invariant: members, all of them. */
  readonly leaving: ReadonlySet<NodeId>;
  /** Invariant: none is a member, and none will be. */
  readonly removed: ReadonlySet<NodeId>;
  readonly zones: ReadonlyMap<NodeId, string>;
  /** Grows whenever something of this may have changed; counts from nothing in each life of the process. */
  readonly version: number;
}

export class MemberTable implements MemberTableView {
  members = new Map<NodeId, Member>();
  leaving = new Set<NodeId>();
  removed = new Set<NodeId>();
  zones = new Map<NodeId, string>();
  version = 0;

  load(state: GroupState): void {
    this.version++;
    this.members = new Map(getMembers(state).map((m) => [m.ID, m]));
    const { records, removed } = MemberRecords.decode(state.getSync(RECORDS) ?? Buffer.alloc(0));
    this.leaving = new Set(records.filter((r) => r.leaving).map((r) => r.memberId));
    this.zones = new Map(records.filter((r) => r.zone !== '').map((r) => [r.memberId, r.zone]));
    this.removed = new Set(removed);
  }

  /** Of a group that starts for the first time: the members that it begins with. */
  seed(batch: StateBatch, members: readonly Member[]): void {
    invariant(this.members.size === 0, 'a member table is seeded that has members');
    for (const member of members) this.members.set(member.ID, member);
    this.#write(batch);
  }

  /** What a member says of itself: name and client URLs. Where it is reached is the table's. Throws memberNotFound. */
  publish(batch: StateBatch, member: Member): void {
    const known = this.members.get(member.ID);
    // States of the first version have a member only once it has published itself.
    if (known === undefined && this.removed.has(member.ID)) throw errors.memberNotFound();
    const { peerURLs, isLearner } = known ?? member;
    this.members.set(member.ID, {
      ...member,
      peerURLs: peerURLs.length > 0 ? peerURLs : member.peerURLs,
      isLearner,
    });
    this.#write(batch);
  }

  /** Throws RpcError, having changed nothing, when it can not be. */
  change(batch: StateBatch, { action, member, zone, learnersMax }: MemberChange): void {
    invariant(member !== undefined, 'a change of no member');
    switch (action) {
      case MemberAction.add:
        this.#add(member, learnersMax);
        break;
      case MemberAction.update:
        this.#refuseUrlsOfOthers(member);
        this.members.set(member.ID, { ...this.#known(member.ID), peerURLs: member.peerURLs });
        break;
      case MemberAction.promote:
        this.#promote(this.#known(member.ID));
        break;
      case MemberAction.leave:
        this.leaving.add(this.#known(member.ID).ID);
        break;
      case MemberAction.remove:
        this.#remove(member.ID);
        break;
      case MemberAction.zone:
        this.#known(member.ID);
        if (zone === '') this.zones.delete(member.ID);
        else this.zones.set(member.ID, zone);
        break;
      default:
        throw new InvariantViolation(`the log holds a change of members of unknown kind ${action}`);
    }
    this.#write(batch);
  }

  #known(id: NodeId): Member {
    const member = this.members.get(id);
    if (member === undefined) throw errors.memberNotFound();
    return member;
  }

  #add(member: Member, learnersMax: number): void {
    if (this.removed.has(member.ID)) throw errors.memberNotFound();
    if (this.members.has(member.ID)) throw errors.memberIdExists();
    this.#refuseUrlsOfOthers(member);
    const learners = [...this.members.values()].filter((m) => m.isLearner).length;
    if (member.isLearner && learners >= learnersMax) throw errors.tooManyLearners();
    this.members.set(member.ID, member);
  }

  #refuseUrlsOfOthers({ ID, peerURLs }: Member): void {
    for (const other of this.members.values()) {
      if (other.ID !== ID && other.peerURLs.some((url) => peerURLs.includes(url))) throw errors.peerUrlExists();
    }
  }

  #promote(member: Member): void {
    if (!member.isLearner) throw errors.memberNotLearner();
    this.members.set(member.ID, { ...member, isLearner: false });
  }

  /** A second one finds nothing to do: whoever drives may have changed meanwhile. */
  #remove(id: NodeId): void {
    if (!this.leaving.delete(id)) return;
    this.members.delete(id);
    this.zones.delete(id);
    this.removed.add(id);
  }

  #write(batch: StateBatch): void {
    this.version++;
    putMembers(batch, this.members.values());
    const records = [...this.members.keys()]
      .map((memberId) => ({ memberId, leaving: this.leaving.has(memberId), zone: this.zones.get(memberId) ?? '' }))
      .filter((r) => r.leaving || r.zone !== '');
    batch.put(RECORDS, MemberRecords.encode({ records, removed: [...this.removed] }));
  }
}

export const encodeMemberChange = (
  action: MemberAction,
  member: MemberInit,
  more: { readonly zone?: string; readonly learnersMax?: number } = {},
): Uint8Array => MemberChange.encode({ action, member, ...more });
