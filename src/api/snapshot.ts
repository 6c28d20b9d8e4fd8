// The file that Maintenance.Snapshot sends. Its inside is ours (etcd's is a bbolt file); the frame is
// etcd's: a multiple of 512 bytes, then their SHA-256, so that tools that check only that accept it.
//
//   header   magic, format u32, cluster u64, member u64, groups u32
//   group    id u32, applied index f64, applied term f64, then chunks: length u32 (not 0), bytes;
//            a length of 0 ends the group
//   padding  zeros up to a multiple of 512
//   sha256   32 bytes over everything before
//
// All numbers little-endian. Chunks are those of MvccStore.exportSnapshot.

import { createHash } from 'node:crypto';
import type { ResponseHeader, SnapshotResponseInit } from '../../proto/gen/rpc.js';
import { ETCD_VERSION } from '../version.js';
import type { NodeServices } from './services.js';

export const SNAPSHOT_MAGIC = Buffer.from('HEXKEEP SNAPSHOT', 'latin1');
export const SNAPSHOT_FORMAT = 1;
const BLOCK_BYTES = 512;

/** The bytes of the file but for padding and checksum. */
async function* body(services: Pick<NodeServices, 'clusterId' | 'memberId' | 'router'>): AsyncGenerator<Uint8Array> {
  const { groups } = services.router;
  const header = Buffer.alloc(24);
  header.writeUInt32LE(SNAPSHOT_FORMAT, 0);
  header.writeBigUInt64LE(services.clusterId, 4);
  header.writeBigUInt64LE(services.memberId, 12);
  header.writeUInt32LE(groups.length, 20);
  yield Buffer.concat([SNAPSHOT_MAGIC, header]);
  for (const group of groups) {
    const exported = await group.store.exportSnapshot();
    const head = Buffer.alloc(20);
    head.writeUInt32LE(group.id, 0);
    head.writeDoubleLE(exported.index, 4);
    head.writeDoubleLE(exported.term, 12);
    yield head;
    for await (const chunk of exported.chunks) {
      if (chunk.length === 0) continue;
      const size = Buffer.alloc(4);
      size.writeUInt32LE(chunk.length, 0);
      yield size;
      yield chunk;
    }
    yield Buffer.alloc(4);
  }
}

/** The whole file, in pieces. */
export async function* snapshotFile(
  services: Pick<NodeServices, 'clusterId' | 'memberId' | 'router'>,
): AsyncGenerator<Uint8Array> {
  const sha = createHash('sha256');
  let size = 0;
  for await (const piece of body(services)) {
    sha.update(piece);
    size += piece.length;
    yield piece;
  }
  const padding = Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
  yield Buffer.concat([padding, sha.update(padding).digest()]);
}

/**
 * Sends the file, waiting where `send` says so, until `cancelled`. How much remains is an estimate,
 * but 0 in the last message and nowhere else.
 */
export async function sendSnapshot(
  services: Pick<NodeServices, 'clusterId' | 'memberId' | 'router'>,
  header: () => ResponseHeader,
  send: (message: SnapshotResponseInit) => Promise<void> | undefined,
  cancelled: () => boolean,
): Promise<void> {
  const estimate = services.router.groups.reduce((sum, g) => sum + g.store.sizeBytes, BLOCK_BYTES);
  let sent = 0;
  const message = (blob: Uint8Array, last: boolean): SnapshotResponseInit => {
    sent += blob.length;
    return { header: header(), remainingBytes: last ? 0 : Math.max(1, estimate - sent), blob, version: ETCD_VERSION };
  };
  // One piece is held back so that the last one is known when it is sent.
  let held: Uint8Array | undefined;
  for await (const piece of snapshotFile(services)) {
    if (cancelled()) return;
    if (held !== undefined) await send(message(held, false));
    held = piece;
  }
  if (held !== undefined && !cancelled()) await send(message(held, true));
}
