// One stream a pair of nodes. The node with the smaller ID dials; both greet with a Hello, and a
// stream whose Hello does not fit (other cluster, other member, other protocol) is refused with
// the reason before anything else crosses it.

import { Frame, type Hello, type MemberAnswerInit, type MemberQuery } from '../../proto/gen/peer.js';
import { REMOVED } from '../errors.js';
import { limits } from '../limits.js';
import type { NodeId } from '../raft/types.js';
import type { Link, Listener, Runtime, Timer } from '../runtime/ports.js';
import { VERSION } from '../version.js';
import { Peer, type PeerEvents } from './peer.js';
import { decodeFrame } from './wire.js';

/** Raised when frames change their meaning. */
export const PROTOCOL_VERSION = 3;

const REDIAL_MIN_MS = 20;
const REDIAL_MAX_MS = 500;
const GREETING_TIMEOUT_MS = 5_000;

export interface PeerAddress {
  readonly id: NodeId;
  /** `host:port` */
  readonly addresses: readonly string[];
}

export interface TransportEvents extends PeerEvents {
  up(peer: NodeId): void;
  down(peer: NodeId): void;
  /** Of a node that is nobody's peer yet, see member-query.ts. */
  query(query: MemberQuery): MemberAnswerInit;
  /** A peer says that this member was removed from the cluster. */
  removed(): void;
}

interface Dialer {
  target: PeerAddress;
  attempt: number;
  timer: Timer | undefined;
}

export class Transport {
  readonly #self: NodeId;
  readonly #clusterId: bigint;
  readonly #runtime: Runtime;
  readonly #silentTicksMax: number;
  readonly #events: TransportEvents;
  readonly peers = new Map<NodeId, Peer>();
  readonly #dialers = new Map<NodeId, Dialer>();
  /** Members that were removed: refused with the reason. Invariant: none of them is in peers. */
  #removed: ReadonlySet<NodeId> = new Set();
  readonly #links = new Map<NodeId, Link>();
  #listeners: Listener[] = [];
  #closed = false;

  /** `silentTicksMax`: see Peer. */
  constructor(self: NodeId, clusterId: bigint, runtime: Runtime, silentTicksMax: number, events: TransportEvents) {
    this.#self = self;
    this.#clusterId = clusterId;
    this.#runtime = runtime;
    this.#silentTicksMax = silentTicksMax;
    this.#events = events;
  }

  async listen(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      this.#listeners.push(await this.#runtime.network.listen(address, (link) => this.#accept(link)));
    }
  }

  /** Starts talking to a member. The other side does the same; the smaller ID dials. */
  add(target: PeerAddress): void {
    if (target.id === this.#self || this.peers.has(target.id)) return;
    this.peers.set(target.id, new Peer(target.id, this.#self, this.#silentTicksMax, this.#events));
    if (this.#self < target.id) {
      const dialer: Dialer = { target, attempt: 0, timer: undefined };
      this.#dialers.set(target.id, dialer);
      this.#dial(dialer);
    }
  }

  /** The members as they are now: new ones are talked to, those that are gone no more. */
  update(targets: readonly PeerAddress[], removed: ReadonlySet<NodeId>): void {
    this.#removed = removed;
    const ids = new Set(targets.map(({ id }) => id));
    for (const id of [...this.peers.keys()]) if (!ids.has(id)) this.#drop(id);
    for (const target of targets) {
      const dialer = this.#dialers.get(target.id);
      // A stream that stands is left alone: where it goes next is told by its end.
      if (dialer !== undefined) dialer.target = target;
      else this.add(target);
    }
  }

  #drop(id: NodeId): void {
    this.#dialers.get(id)?.timer?.cancel();
    this.#dialers.delete(id);
    const link = this.#links.get(id);
    const peer = this.peers.get(id);
    peer?.flush();
    this.peers.delete(id);
    this.#links.delete(id);
    if (link !== undefined) {
      if (this.#removed.has(id)) link.send(Frame.encode({ refused: REMOVED }));
      link.close();
      this.#events.down(id);
    }
    peer?.detach();
  }

  flush(): void {
    for (const peer of this.peers.values()) peer.flush();
  }

  /** The clocks of what stands in for the heartbeats of quiet groups. */
  tick(): void {
    for (const peer of this.peers.values()) peer.liveness.tick();
  }

  beat(): void {
    for (const peer of this.peers.values()) peer.beat();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const dialer of this.#dialers.values()) dialer.timer?.cancel();
    for (const peer of this.peers.values()) {
      peer.flush();
      peer.close();
    }
    for (const link of this.#links.values()) link.close();
    await Promise.all(this.#listeners.map((l) => l.close()));
  }

  #dial(dialer: Dialer): void {
    if (this.#closed || this.#dialers.get(dialer.target.id) !== dialer) return;
    const { target } = dialer;
    const address = target.addresses[dialer.attempt % target.addresses.length];
    if (address === undefined) return;
    const link = this.#runtime.network.dial(address);
    const greeting = this.#greet(link, target.id, (peer) => {
      dialer.attempt = 0;
      return peer === target.id;
    });
    link.onClose((reason) => {
      greeting.cancel();
      this.#lost(target.id, link, reason);
      if (this.#closed) return;
      const cap = Math.min(REDIAL_MAX_MS, REDIAL_MIN_MS * 2 ** Math.min(dialer.attempt, 8));
      dialer.attempt++;
      const delayMs = REDIAL_MIN_MS + this.#runtime.random.below(cap);
      dialer.timer = this.#runtime.timers.after(delayMs, () => this.#dial(dialer));
    });
    this.#sendHello(link, target.id);
  }

  #accept(link: Link): void {
    if (this.#closed) return link.close();
    let from: NodeId = 0n;
    const greeting = this.#greet(link, undefined, (peer) => {
      from = peer;
      this.#sendHello(link, peer);
      return true;
    });
    link.onClose((reason) => {
      greeting.cancel();
      this.#lost(from, link, reason);
    });
  }

  #sendHello(link: Link, to: NodeId): void {
    const hello = {
      clusterId: this.#clusterId,
      memberId: this.#self,
      toMemberId: to,
      protocolVersion: PROTOCOL_VERSION,
      serverVersion: VERSION,
    };
    link.send(Frame.encode({ hello }));
  }

  /** Waits for the other side's Hello, then hands the link to its peer. */
  #greet(link: Link, expected: NodeId | undefined, accepted: (from: NodeId) => boolean): Timer {
    let peer: Peer | undefined;
    const timer = this.#runtime.timers.after(GREETING_TIMEOUT_MS, () => link.close());
    link.onFrame((bytes) => {
      let frame: Frame;
      try {
        frame = decodeFrame(bytes);
      } catch (error) {
        this.#runtime.logger.warn({ error: String(error) }, 'a peer sent a malformed frame; closing its stream');
        link.close();
        return;
      }
      if (frame.refused !== '') {
        timer.cancel();
        this.#runtime.logger.warn({ reason: frame.refused }, 'a peer refused this node');
        link.close();
        if (frame.refused === REMOVED) this.#events.removed();
        return;
      }
      if (peer !== undefined) {
        if (this.#links.get(peer.id) === link) peer.receive(frame, bytes.length);
        return;
      }
      timer.cancel();
      if (frame.query !== undefined) {
        link.send(Frame.encode({ answer: this.#events.query(frame.query) }));
        link.close();
        return;
      }
      const refusal = frame.hello === undefined ? 'no greeting' : this.#check(frame.hello, expected);
      if (refusal !== undefined || frame.hello === undefined) {
        this.#runtime.logger.warn({ reason: refusal }, 'refused a peer');
        link.send(Frame.encode({ refused: refusal ?? '' }));
        link.close();
        return;
      }
      const from = frame.hello.memberId;
      peer = this.peers.get(from);
      if (peer === undefined || !accepted(from)) return link.close();
      this.#takeOver(peer, link);
    });
    return timer;
  }

  #takeOver(peer: Peer, link: Link): void {
    const old = this.#links.get(peer.id);
    this.#links.set(peer.id, link);
    if (old !== undefined) {
      // A half-open stream that this side has not noticed yet: what was on it is lost, maybe with the process there.
      peer.detach();
      old.close();
      this.#events.down(peer.id);
    }
    peer.attach(link);
    peer.upSinceMs = this.#runtime.clock.monotonicMs();
    this.#events.up(peer.id);
  }

  #lost(id: NodeId, link: Link, reason: string): void {
    if (this.#links.get(id) !== link) return;
    this.#links.delete(id);
    this.peers.get(id)?.detach();
    if (!this.#closed) this.#runtime.logger.info({ peer: id.toString(16), reason }, 'lost the stream to a peer');
    this.#events.down(id);
  }

  #check(hello: Hello, expected: NodeId | undefined): string | undefined {
    if (hello.clusterId !== this.#clusterId) {
      return `cluster ID mismatch: ${hello.clusterId.toString(16)} is not ${this.#clusterId.toString(16)}`;
    }
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      return `protocol version ${hello.protocolVersion} is not ${PROTOCOL_VERSION}`;
    }
    if (hello.toMemberId !== this.#self) return `this is member ${this.#self.toString(16)}`;
    if (expected !== undefined && hello.memberId !== expected) return `expected member ${expected.toString(16)}`;
    if (this.#removed.has(hello.memberId)) return REMOVED;
    if (!this.peers.has(hello.memberId)) return `member ${hello.memberId.toString(16)} is not part of the cluster`;
    return undefined;
  }
}

/** Bytes of a frame that a link must accept. */
export const frameBytesMax = limits.peerFrameBytesMax + limits.peerQueueBytesMax;
