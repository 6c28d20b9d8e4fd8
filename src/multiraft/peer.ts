// Everything between this node and one other: the stream, what waits to go out at the end of the
// turn, and the calls without an answer.

import {
  type BeatInit,
  Frame,
  type PeerCall,
  type PeerCallInit,
  type PeerReplyInit,
  type RaftMessage,
  type RaftMessageInit,
} from '../../proto/gen/peer.js';
import { Code } from '../errors.js';
import { limits } from '../limits.js';
import { type Message, MessageType, type NodeId } from '../raft/types.js';
import type { Link } from '../runtime/ports.js';
import { Liveness } from './liveness.js';
import { type GroupBeat, heartbeatAcksOf, heartbeatsOf, payloadBytes, toWire } from './wire.js';

/** code 0: `body` holds the answer; else a gRPC code and a text. Called exactly once. */
export type ReplyFn = (code: number, error: string, body: Uint8Array) => void;

export const CONNECTION_LOST = 'peer: connection lost';

const NOTHING = Buffer.alloc(0);
/** Wire overhead counted for each queued message beside its payload. */
const MESSAGE_OVERHEAD_BYTES = 48;

export interface PeerEvents {
  raft(from: NodeId, message: RaftMessage): void;
  groupBeat(beat: GroupBeat): void;
  call(from: NodeId, call: PeerCall): void;
  /** What this node's beats tell of it. */
  selfBeat(): { readonly leading: number; readonly leaving: boolean };
  /** Something is queued: flush at the end of the turn. */
  wantsFlush(): void;
}

export class Peer {
  readonly id: NodeId;
  readonly liveness: Liveness;
  readonly #self: NodeId;
  readonly #events: PeerEvents;
  #link: Link | undefined;
  #congested = false;
  #raft: RaftMessageInit[] = [];
  #heartbeats: number[] = [];
  #heartbeatAcks: number[] = [];
  #beatDue = false;
  #calls: PeerCallInit[] = [];
  #replies: PeerReplyInit[] = [];
  #queuedBytes = 0;
  #pending = new Map<number, ReplyFn>();
  #nextCall = 1;
  /** When the present stream began, by the monotonic clock; means something while `up`. */
  upSinceMs = 0;
  /** Of all groups together. Invariant: at most limits.snapshotsPerPeerMax. */
  snapshotsSending = 0;
  sentBytes = 0;
  receivedBytes = 0;

  /** `silentTicksMax`: after so many ticks without a beat that confirms it, quiet groups wake. */
  constructor(id: NodeId, self: NodeId, silentTicksMax: number, events: PeerEvents) {
    this.id = id;
    this.liveness = new Liveness(silentTicksMax);
    this.#self = self;
    this.#events = events;
  }

  get up(): boolean {
    return this.#link !== undefined;
  }

  get pendingCalls(): number {
    return this.#pending.size;
  }

  /** Takes over a link whose greetings are done. */
  attach(link: Link): void {
    this.#link = link;
    this.#congested = false;
    this.liveness.connected();
    link.onDrain(() => {
      if (this.#link !== link) return;
      this.#congested = false;
      if (this.#queuedBytes > 0 || this.#beatDue) this.#events.wantsFlush();
    });
  }

  /** The link is gone: what was queued is dropped, and calls without an answer end as lost. */
  detach(): void {
    this.#link = undefined;
    this.#raft = [];
    this.#heartbeats = [];
    this.#heartbeatAcks = [];
    this.#beatDue = false;
    this.#calls = [];
    this.#replies = [];
    this.#queuedBytes = 0;
    this.liveness.lost();
    const lost = this.#pending;
    this.#pending = new Map();
    for (const reply of lost.values()) reply(Code.unavailable, CONNECTION_LOST, NOTHING);
  }

  close(): void {
    this.#link?.close();
  }

  /** False when the message was dropped: no link, or too much is queued already. `quiet`: of a heartbeat. */
  sendRaft(group: number, m: Message, quiet: number): boolean {
    if (this.#link === undefined || this.#queuedBytes > limits.peerQueueBytesMax) return false;
    if (m.type === MessageType.heartbeat) this.#heartbeats.push(group, m.term, m.commit, m.context, quiet);
    else if (m.type === MessageType.heartbeatResponse) this.#heartbeatAcks.push(group, m.term, m.context, quiet);
    else this.#raft.push(toWire(group, m));
    this.#queued(payloadBytes(m));
    return true;
  }

  /** A beat goes with the next frame, which is sent even if nothing else is due. */
  beat(): void {
    if (this.#link === undefined) return;
    this.#beatDue = true;
    this.#events.wantsFlush();
  }

  call(group: number, method: number, term: number, body: Uint8Array, reply: ReplyFn): void {
    if (this.#link === undefined) return reply(Code.unavailable, CONNECTION_LOST, NOTHING);
    if (this.#pending.size >= limits.peerCallsPendingMax || this.#queuedBytes > limits.peerQueueBytesMax) {
      return reply(Code.resourceExhausted, 'etcdserver: too many requests', NOTHING);
    }
    const id = this.#nextCall++;
    this.#pending.set(id, reply);
    this.#calls.push({ id, group, method, term, body });
    this.#queued(body.length);
  }

  /**
   * Answers a call that came just now, on the stream that it came by and on no other: behind a later one there may be
   * another life of the peer, whose own calls have the same numbers, and one of them would take the answer for its own.
   */
  replier(id: number): ReplyFn {
    const link = this.#link;
    return (code, error, body) => {
      if (link === undefined || this.#link !== link) return;
      this.#replies.push({ id, code, error, body });
      this.#queued(body.length);
    };
  }

  #queued(bytes: number): void {
    this.#queuedBytes += bytes + MESSAGE_OVERHEAD_BYTES;
    this.#events.wantsFlush();
  }

  flush(): void {
    if (this.#link === undefined || this.#congested || (this.#queuedBytes === 0 && !this.#beatDue)) return;
    const bytes = Frame.encode({
      raft: this.#raft,
      calls: this.#calls,
      replies: this.#replies,
      heartbeats: this.#heartbeats,
      heartbeatAcks: this.#heartbeatAcks,
      beat: this.#takeBeat(),
    });
    this.#raft = [];
    this.#heartbeats = [];
    this.#heartbeatAcks = [];
    this.#calls = [];
    this.#replies = [];
    this.#queuedBytes = 0;
    this.sentBytes += bytes.length;
    if (!this.#link.send(bytes)) this.#congested = true;
  }

  /** Made when the frame is: it tells what holds behind the messages of the frame. */
  #takeBeat(): BeatInit | undefined {
    if (!this.#beatDue) return undefined;
    this.#beatDue = false;
    const { leading, leaving } = this.#events.selfBeat();
    return this.liveness.beat(leading, leaving);
  }

  receive(frame: Frame, bytes: number): void {
    this.receivedBytes += bytes;
    for (const message of frame.raft) this.#events.raft(this.id, message);
    for (const beat of heartbeatsOf(frame, this.id, this.#self)) this.#events.groupBeat(beat);
    for (const beat of heartbeatAcksOf(frame, this.id, this.#self)) this.#events.groupBeat(beat);
    for (const call of frame.calls) this.#events.call(this.id, call);
    for (const answer of frame.replies) {
      const reply = this.#pending.get(answer.id);
      if (reply === undefined) continue;
      this.#pending.delete(answer.id);
      reply(answer.code, answer.error, answer.body);
    }
    if (frame.beat !== undefined) this.liveness.heard(frame.beat);
  }
}
