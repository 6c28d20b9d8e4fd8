// How a node follows the member table: whom it talks to, what it tells those that ask, and whether it belongs itself.

import type { MemberAnswer, MemberAnswerInit, MemberQuery } from '../../proto/gen/peer.js';
import type { Member } from '../../proto/gen/rpc.js';
import { addressOf } from '../config.js';
import { askMember } from '../multiraft/member-query.js';
import type { PeerAddress, Transport } from '../multiraft/transport.js';
import type { GroupHandle } from '../multiraft/types.js';
import { membersOf } from '../raft/conf-change.js';
import type { NodeId } from '../raft/types.js';
import type { Runtime, Timer } from '../runtime/ports.js';

export interface FollowingOptions {
  readonly clusterId: bigint;
  readonly self: NodeId;
  readonly partitions: number;
  readonly system: GroupHandle;
  readonly transport: Transport;
  readonly runtime: Runtime;
  /** Whom the node knows from elsewhere, until the table tells. */
  readonly initial: readonly PeerAddress[];
  readonly electionMs: number;
  /** The table says something else than `initial`. Called once in the life of a process at most. */
  readonly onChanged: () => void;
  /** The removal of this member has begun. Called once. */
  readonly onLeaving: () => void;
  /** This member was removed. Called once. */
  readonly onRemoved: () => void;
}

/** Election timeouts without a leader after which a node asks whether it still belongs. */
const LEADERLESS_TIMEOUTS = 2;
const COMPARE_PEER_URLS = 'compare it with --initial-advertise-peer-urls';

export class Following {
  readonly #options: FollowingOptions;
  /** Learned from others while no leader is known: the own table may be old. */
  readonly #heard = new Map<NodeId, readonly string[]>();
  #version = -1;
  #timer: Timer | undefined;
  #leaderless = false;
  #asked = 0;
  #leaving = false;
  #removed = false;
  #changed = false;

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  start(): void {
    const { runtime, electionMs } = this.#options;
    this.follow();
    this.#timer = runtime.timers.every(electionMs * LEADERLESS_TIMEOUTS, () => this.#askIfLeaderless());
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** The system group's state may have moved on. */
  follow(): void {
    const { memberTable } = this.#options.system.store;
    if (memberTable.version === this.#version) return;
    this.#version = memberTable.version;
    this.#options.transport.update(this.peers(), memberTable.removed);
    if (!this.#changed && this.#isChanged()) {
      this.#changed = true;
      this.#options.onChanged();
    }
    if (memberTable.leaving.has(this.#options.self) && !this.#leaving) {
      this.#leaving = true;
      this.#options.onLeaving();
    }
    if (memberTable.removed.has(this.#options.self)) this.wasRemoved();
  }

  #isChanged(): boolean {
    const { initial, system } = this.#options;
    const { members, removed } = system.store.memberTable;
    const first = new Map(initial.map((p) => [p.id, [...p.addresses].sort().join()]));
    const isNew = ({ ID, peerURLs }: Member): boolean => first.get(ID) !== peerURLs.map(addressOf).sort().join();
    return removed.size > 0 || [...members.values()].some(isNew);
  }

  /** Every other member, with the newest addresses that this node knows. */
  peers(): PeerAddress[] {
    const { initial, system, self } = this.#options;
    const { members, removed } = system.store.memberTable;
    const voting = membersOf(system.store.confState);
    // Once there is a table, the configuration counts for those only that have not published themselves yet.
    const first = initial.filter(({ id }) => members.size === 0 || voting.has(id));
    const addresses = new Map<NodeId, readonly string[]>(first.map((p) => [p.id, p.addresses]));
    for (const [id, { peerURLs }] of members) if (peerURLs.length > 0) addresses.set(id, peerURLs.map(addressOf));
    for (const [id, heard] of this.#heard) addresses.set(id, heard);
    return [...addresses]
      .filter(([id]) => id !== self && !removed.has(id))
      .map(([id, addresses]) => ({ id, addresses }));
  }

  wasRemoved(): void {
    if (this.#removed) return;
    this.#removed = true;
    this.#options.onRemoved();
  }

  answer(query: MemberQuery): MemberAnswerInit {
    const { clusterId, self, partitions, system } = this.#options;
    const { members, removed } = system.store.memberTable;
    if (query.clusterId !== 0n && query.clusterId !== clusterId) {
      const [theirs, ours] = [query.clusterId.toString(16), clusterId.toString(16)];
      return { refused: `cluster ID mismatch: this is cluster ${ours}, the asking node belongs to ${theirs}` };
    }
    const all = [...members.values()].map((m) => ({ memberId: m.ID, peerUrls: m.peerURLs }));
    const known = { clusterId, partitions, members: all };
    if (query.memberId !== 0n) return { ...known, memberId: query.memberId, removed: removed.has(query.memberId) };
    const urls = [...query.peerUrls].sort().join(',');
    const member = [...members.values()].find((m) => [...m.peerURLs].sort().join(',') === urls);
    if (member === undefined || member.ID === self) {
      return {
        refused: `no member of the cluster has the peer URLs ${urls}: run "kvctl member add NAME --peer-urls=${urls}" first, or ${COMPARE_PEER_URLS}`,
      };
    }
    if (member.name !== '') {
      const id = member.ID.toString(16);
      // It would come back without what it has acknowledged and voted for.
      return {
        ...known,
        refused: `member ${id} (${member.name}) has been started before: start it with its data directory, or, if that is lost, run "kvctl member remove ${id}" and add it again`,
      };
    }
    if (query.partitions !== 0 && query.partitions !== partitions) {
      return {
        ...known,
        refused: `the cluster has ${partitions} partitions, which can not change: start this node without --partitions ${query.partitions}`,
      };
    }
    return { ...known, memberId: member.ID };
  }

  /** Nobody may dial a member that was removed, or whose address is not known: it has to ask by itself. */
  #askIfLeaderless(): void {
    const { system, runtime, clusterId, self } = this.#options;
    const leaderless = system.leadership.leader === 0n;
    const again = leaderless && this.#leaderless;
    this.#leaderless = leaderless;
    if (!again) return;
    const peers = this.peers();
    const peer = peers[this.#asked++ % Math.max(1, peers.length)];
    const address = peer?.addresses[this.#asked % peer.addresses.length];
    if (address === undefined) return;
    void askMember(runtime, address, { clusterId, memberId: self }).then((answer) => this.#heardFrom(answer));
  }

  #heardFrom(answer: MemberAnswer | undefined): void {
    if (answer === undefined || answer.clusterId !== this.#options.clusterId) return;
    if (answer.removed) return this.wasRemoved();
    if (this.#options.system.leadership.leader !== 0n) return;
    for (const { memberId, peerUrls } of answer.members) this.#heard.set(memberId, peerUrls.map(addressOf));
    this.#options.transport.update(this.peers(), this.#options.system.store.memberTable.removed);
  }
}
