// Sends a group's state to a follower whose log is too far behind, chunk by chunk, as calls: each
// is answered when the receiver has stored it, which bounds what is in flight.

import { crc32 } from 'node:zlib';
import { SnapshotChunk } from '../../proto/gen/peer.js';
import { limits } from '../limits.js';
import type { MvccStore } from '../mvcc/types.js';
import type { NodeId } from '../raft/types.js';
import type { Logger } from '../runtime/ports.js';
import type { Peer } from './peer.js';
import { PeerMethod } from './types.js';

export class SnapshotSender {
  readonly #group: number;
  readonly #store: MvccStore;
  readonly #logger: Logger;
  readonly #sending = new Set<NodeId>();
  #nextId = 1;
  sent = 0;

  constructor(group: number, store: MvccStore, logger: Logger) {
    this.#group = group;
    this.#store = store;
    this.#logger = logger;
  }

  /** Resolves to whether `peer` has installed the state. One transfer to a peer at a time. */
  async send(peer: Peer, term: number): Promise<boolean> {
    if (this.#sending.has(peer.id)) return false;
    this.#sending.add(peer.id);
    const snapshot = await this.#store.exportSnapshot();
    const { index, term: logTerm, confState } = snapshot;
    const meta = { index, term: logTerm, confState, id: this.#nextId++ };
    const log = this.#logger.child({ group: this.#group, peer: peer.id.toString(16), index: meta.index });
    log.info({}, 'sending a snapshot');
    try {
      let seq = 0;
      let held: Uint8Array | undefined;
      const flight = new Flight();
      for await (const data of snapshot.chunks) {
        if (held !== undefined) await flight.add(this.#chunk(peer, term, meta, seq++, held, false));
        held = data;
      }
      await flight.add(this.#chunk(peer, term, meta, seq, held ?? Buffer.alloc(0), true));
      await flight.all();
      this.sent++;
      log.info({ chunks: seq + 1 }, 'the snapshot is installed');
      return true;
    } catch (error) {
      log.warn({ error: String(error) }, 'sending a snapshot failed; it will be sent again');
      return false;
    } finally {
      this.#sending.delete(peer.id);
    }
  }

  #chunk(
    peer: Peer,
    term: number,
    meta: Parameters<typeof SnapshotChunk.encode>[0]['meta'],
    seq: number,
    data: Uint8Array,
    last: boolean,
  ): Promise<void> {
    const body = SnapshotChunk.encode({ group: this.#group, meta, seq, last, crc32: crc32(data), data, term });
    return new Promise((resolve, reject) => {
      peer.call(this.#group, PeerMethod.snapshotChunk, term, body, (code, error) => {
        if (code === 0) resolve();
        else reject(new Error(error));
      });
    });
  }
}

/** At most limits.snapshotChunksInFlightMax promises under way. */
class Flight {
  #open: Promise<void>[] = [];

  async add(chunk: Promise<void>): Promise<void> {
    // A chunk that fails while an earlier one is awaited must not count as unhandled.
    chunk.catch(() => {});
    this.#open.push(chunk);
    if (this.#open.length >= limits.snapshotChunksInFlightMax) await this.#open.shift();
  }

  async all(): Promise<void> {
    await Promise.all(this.#open);
  }
}
