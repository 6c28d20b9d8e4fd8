// Takes the chunks of a snapshot into a staging copy of the group's state. The state in service
// changes only when Raft accepts the snapshot, atomically.

import { crc32 } from 'node:zlib';
import { SnapshotChunk } from '../../proto/gen/peer.js';
import { Code, RpcError } from '../errors.js';
import type { MvccStore } from '../mvcc/types.js';
import { message } from '../raft/message.js';
import { type Message, MessageType, type NodeId, type SnapshotMeta } from '../raft/types.js';
import type { GroupState, StateReplacement } from '../storage/types.js';
import { metaFromWire } from './wire.js';

interface Incoming {
  readonly from: NodeId;
  readonly term: number;
  readonly meta: SnapshotMeta;
  readonly replacement: StateReplacement;
  nextSeq: number;
}

export interface CompleteSnapshot {
  readonly from: NodeId;
  readonly term: number;
  readonly meta: SnapshotMeta;
  readonly replacement: StateReplacement;
}

export class SnapshotReceiver {
  readonly #state: GroupState;
  readonly #store: MvccStore;
  #incoming: Incoming | undefined;
  /** Chunks are stored one after another, in the order of their arrival. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(state: GroupState, store: MvccStore) {
    this.#state = state;
    this.#store = store;
  }

  /** Resolves with the whole when the last chunk is stored; rejects when a chunk does not fit. */
  receive(from: NodeId, body: Uint8Array): Promise<CompleteSnapshot | undefined> {
    const chunk = SnapshotChunk.decode(body);
    const work = this.#tail.then(() => this.#take(from, chunk));
    this.#tail = work.catch(() => {});
    return work;
  }

  async #take(from: NodeId, chunk: SnapshotChunk): Promise<CompleteSnapshot | undefined> {
    if (chunk.meta === undefined) throw new RpcError(Code.invalidArgument, 'peer: snapshot chunk without metadata');
    if (crc32(chunk.data) !== chunk.crc32) throw new RpcError(Code.dataLoss, 'peer: snapshot chunk is damaged');
    const meta = metaFromWire(chunk.meta);
    if (chunk.seq === 0) await this.#begin(from, chunk.term, meta);
    const incoming = this.#incoming;
    if (
      incoming === undefined ||
      incoming.from !== from ||
      incoming.meta.id !== meta.id ||
      incoming.nextSeq !== chunk.seq
    ) {
      throw new RpcError(Code.aborted, 'peer: snapshot chunk out of order');
    }
    incoming.nextSeq++;
    if (chunk.data.length > 0) await this.#store.importChunk(incoming.replacement, chunk.data);
    if (!chunk.last) return undefined;
    this.#incoming = undefined;
    return incoming;
  }

  async #begin(from: NodeId, term: number, meta: SnapshotMeta): Promise<void> {
    await this.#incoming?.replacement.abort();
    this.#incoming = { from, term, meta, replacement: this.#state.replace(), nextSeq: 0 };
  }
}

/** What tells the core of it. */
export function snapshotMessage({ from, term, meta }: CompleteSnapshot, to: NodeId): Message {
  return message(MessageType.snapshot, to, term, { from, snapshot: meta });
}
