// All groups of a node: one tick, one turn, one stream a peer.

import type { MemberAnswerInit, MemberQuery, PeerCall, RaftMessage } from '../../proto/gen/peer.js';
import { Code, RpcError } from '../errors.js';
import type { NodeId } from '../raft/types.js';
import type { Runtime, Timer } from '../runtime/ports.js';
import { Group, type GroupHost, type GroupParts } from './group.js';
import { Known } from './known.js';
import type { Peer } from './peer.js';
import { type PeerAddress, Transport } from './transport.js';

const EXPIRE_EVERY_MS = 100;
const NOTHING = Buffer.alloc(0);

export interface HostOptions {
  readonly self: NodeId;
  readonly clusterId: bigint;
  readonly runtime: Runtime;
  readonly tickMs: number;
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
  #scheduled = false;
  #timers: Timer[] = [];
  #failed = false;
  #closed = false;

  constructor(options: HostOptions) {
    this.self = options.self;
    this.runtime = options.runtime;
    this.#options = options;
    this.transport = new Transport(options.self, options.clusterId, options.runtime, {
      raft: (from, message) => this.#raft(from, message),
      call: (from, call) => this.#call(from, call),
      up: () => this.#eachGroup((group) => group.peerUp()),
      down: (peer) => this.#eachGroup((group) => group.peerDown(peer)),
      wantsFlush: () => this.schedule(),
      query: (query) => options.onQuery(query),
      removed: () => options.onRemoved(),
    });
  }

  get groups(): Iterable<Group> {
    return this.#groups.values();
  }

  addGroup(parts: GroupParts): Group {
    const group = new Group(parts, this);
    this.#groups.set(parts.id, group);
    return group;
  }

  async start(listen: readonly string[], peers: readonly PeerAddress[]): Promise<void> {
    await this.transport.listen(listen);
    for (const peer of peers) this.transport.add(peer);
    const { timers } = this.runtime;
    this.#timers = [
      timers.every(this.#options.tickMs, () => this.#tick()),
      timers.every(EXPIRE_EVERY_MS, () => this.#eachGroup((group) => group.expire())),
    ];
    this.schedule();
  }

  peer(id: NodeId): Peer | undefined {
    return this.transport.peers.get(id);
  }

  /** Whatever happened in this turn of the event loop is handled together at its end. */
  schedule(): void {
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
    this.#stopTimers();
    this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  async close(): Promise<void> {
    this.#stopTimers();
    if (!this.#failed) this.#turn();
    this.#closed = true;
    await this.transport.close();
    await Promise.all([...this.#groups.values()].map((group) => group.close()));
  }

  #stopTimers(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }

  #tick(): void {
    for (const group of this.#groups.values()) group.tick();
    this.schedule();
  }

  #turn(): void {
    if (this.#closed) return;
    try {
      for (const group of this.#groups.values()) group.turn();
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
