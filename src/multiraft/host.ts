// All groups of a node: one tick, one turn, one stream a peer.

import type { MemberAnswerInit, MemberQuery, PeerCall, RaftMessage } from '../../proto/gen/peer.js';
import { Code, RpcError } from '../errors.js';
import type { NodeId } from '../raft/types.js';
import type { Random, Runtime, Timer } from '../runtime/ports.js';
import { Group, type GroupHost, type GroupParts } from './group.js';
import { planHandOver } from './hand-over.js';
import { Known } from './known.js';
import type { Liveness } from './liveness.js';
import type { Peer } from './peer.js';
import { Spread } from './spread.js';
import { type PeerAddress, Transport } from './transport.js';
import type { GroupBeat } from './wire.js';

const NOTHING = Buffer.alloc(0);

export interface HostOptions {
  readonly self: NodeId;
  readonly clusterId: bigint;
  readonly runtime: Runtime;
  readonly tickMs: number;
  readonly ticksPerHeartbeat: number;
  /** Election timeout. */
  readonly electionTicks: number;
  /** Called once, when the node can not go on. */
  readonly onFailure: (error: Error) => void;
  /** Answers a node that is nobody's peer yet. */
  readonly onQuery: (query: MemberQuery) => MemberAnswerInit;
  /** A peer says that this member was removed. */
  readonly onRemoved: () => void;
}

export class MultiRaft implements GroupHost {
  readonly self: NodeId;
  readonly runtime: Runtime;
  readonly transport: Transport;
  readonly known = new Known();
  readonly #options: HostOptions;
  readonly #groups = new Map<number, Group>();
  /** Groups that get ticks: those that are not quiet. */
  readonly #awake = new Set<Group>();
  /** Groups that have something to do at the end of this turn of the event loop. */
  #due = new Set<Group>();
  #scheduled = false;
  #timer: Timer | undefined;
  #ticks = 0;
  readonly #spread: Spread;
  #leaving = false;
  #failed = false;
  #closed = false;

  constructor(options: HostOptions) {
    this.self = options.self;
    this.runtime = options.runtime;
    this.#options = options;
    this.transport = new Transport(options.self, options.clusterId, options.runtime, options.electionTicks, {
      raft: (from, message) => this.#raft(from, message),
      groupBeat: (beat) => this.#groupBeat(beat),
      call: (from, call) => this.#call(from, call),
      selfBeat: () => ({ leading: this.leading, leaving: this.#leaving }),
      up: () => this.#eachGroup((group) => group.peerUp()),
      down: (peer) => this.#eachGroup((group) => group.peerDown(peer)),
      wantsFlush: () => this.schedule(),
      query: (query) => options.onQuery(query),
      removed: () => options.onRemoved(),
    });
    this.#spread = new Spread(this);
  }

  get random(): Random {
    return this.runtime.random;
  }

  get electionTicks(): number {
    return this.#options.electionTicks;
  }

  /** This node is about to stop: the others hand no leadership to it. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Ticks of this node so far. */
  get ticks(): number {
    return this.#ticks;
  }

  /** Ticks since the moment at which all groups that this node leads sent heartbeats; 0 for one that is alone. */
  get heartbeatPhase(): number {
    return this.hostsMany ? this.#ticks % this.#options.ticksPerHeartbeat : 0;
  }

  /** Heartbeat intervals in an election timeout. */
  get beatsPerElection(): number {
    return Math.ceil(this.#options.electionTicks / this.#options.ticksPerHeartbeat);
  }

  get hostsMany(): boolean {
    return this.#groups.size > 1;
  }

  /** Groups that this node leads. */
  get leading(): number {
    let count = 0;
    for (const group of this.#groups.values()) if (group.leadership.isLeader) count++;
    return count;
  }

  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  addGroup(parts: GroupParts): Group {
    const group = new Group(parts, this);
    this.#groups.set(parts.id, group);
    this.#awake.add(group);
    return group;
  }

  async start(listen: readonly string[], peers: readonly PeerAddress[]): Promise<void> {
    await this.transport.listen(listen);
    for (const peer of peers) this.transport.add(peer);
    this.#timer = this.runtime.timers.every(this.#options.tickMs, () => this.#tick());
    this.#eachGroup((group) => this.schedule(group));
  }

  peer(id: NodeId): Peer | undefined {
    return this.transport.peers.get(id);
  }

  get livenesses(): Liveness[] {
    return [...this.transport.peers.values()].map((peer) => peer.liveness);
  }

  /** Undefined while `node` is not connected. */
  liveness(node: NodeId): Liveness | undefined {
    const peer = this.peer(node);
    return peer?.up === true ? peer.liveness : undefined;
  }

  moved(group: number, to: NodeId, error: unknown): void {
    const { logger } = this.runtime;
    const fields = { group, to: to.toString(16) };
    if (error === undefined) logger.info(fields, 'handed a group over to a node that leads fewer');
    else logger.info({ ...fields, error: String(error) }, 'a group was not handed over');
  }

  /** Tells the others that this node wants no more leadership: it is about to stop, or to be removed. */
  leave(): void {
    this.#leaving = true;
    this.transport.beat();
  }

  /** Before a planned stop: every group that another node could lead is handed over. */
  async handOver(): Promise<void> {
    this.leave();
    const transfers = planHandOver(this).map(async ({ group, to }) => {
      await group.transferLeadership(to).catch((error: unknown) => {
        this.runtime.logger.warn({ group: group.id, error: String(error) }, 'leadership was not handed over');
      });
    });
    await Promise.all(transfers);
  }

  needsTicks(group: Group, needed: boolean): void {
    if (needed) this.#awake.add(group);
    else this.#awake.delete(group);
  }

  /** Whatever happened in this turn of the event loop is handled together at its end; of `group`, too, if it is given. */
  schedule(group?: Group): void {
    if (group !== undefined) this.#due.add(group);
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.runtime.timers.defer(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#closed = true;
    this.#timer?.cancel();
    this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    if (!this.#failed) this.#turn();
    this.#closed = true;
    await this.transport.close();
    await Promise.all([...this.#groups.values()].map((group) => group.close()));
  }

  #tick(): void {
    if (this.#closed) return;
    this.#ticks++;
    try {
      this.transport.tick();
      const interval = this.#ticks % this.#options.ticksPerHeartbeat === 0;
      // A group that is alone gains nothing: beats between all nodes would cost more than its heartbeats.
      const beats = interval && this.hostsMany;
      if (beats) for (const group of this.#awake) group.beat();
      for (const group of this.#awake) group.tick();
      if (beats) this.#spread.beat();
      if (beats) this.transport.beat();
      if (interval) for (const group of this.#groups.values()) group.expire();
    } catch (error) {
      this.fail(error);
    }
  }

  #turn(): void {
    if (this.#closed) return;
    const due = this.#due;
    this.#due = new Set();
    try {
      for (const group of due) group.turn();
      this.transport.flush();
    } catch (error) {
      this.fail(error);
    }
  }

  #eachGroup(fn: (group: Group) => void): void {
    if (this.#closed) return;
    try {
      for (const group of this.#groups.values()) fn(group);
    } catch (error) {
      this.fail(error);
    }
  }

  #raft(from: NodeId, message: RaftMessage): void {
    if (this.#closed) return;
    try {
      this.#groups.get(message.group)?.receive(from, message);
    } catch (error) {
      this.fail(error);
    }
  }

  #groupBeat(beat: GroupBeat): void {
    if (this.#closed) return;
    try {
      this.#groups.get(beat.group)?.receiveBeat(beat);
    } catch (error) {
      this.fail(error);
    }
  }

  #call(from: NodeId, call: PeerCall): void {
    if (this.#closed) return;
    const peer = this.peer(from);
    if (peer === undefined) return;
    const reply = peer.replier(call.id);
    const group = this.#groups.get(call.group);
    if (group === undefined) return reply(Code.notFound, `peer: no group ${call.group} here`, NOTHING);
    try {
      group.receiveCall(from, call, reply);
    } catch (error) {
      // A malformed body is the caller's fault; anything else is a broken invariant here.
      if (error instanceof RpcError) return reply(error.code, error.message, NOTHING);
      this.fail(error);
    }
  }
}
