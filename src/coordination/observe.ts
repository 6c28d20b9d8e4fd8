// Election.Observe: as etcd's, every value of each leader that it comes to see, and always the
// newest; a leadership that begins and ends between two looks may be passed over.

import type { KeyValue } from '../../proto/gen/kv.js';
import { Code, RpcError } from '../errors.js';
import { limits } from '../limits.js';
import type { GroupHandle } from '../multiraft/types.js';
import { EventQueue } from './event-queue.js';
import { candidatePrefix, prefixEnd } from './keys.js';
import { firstCreated, groupOf } from './kv.js';
import type { CoordinationServices } from './services.js';

/** Takes a leader's key-value and the revision it belongs to; the next one waits for the promise. */
export type ObserverSink = (kv: KeyValue, revision: number) => Promise<void> | void;

interface Sighting {
  readonly kv: KeyValue;
  /** The key's events after this are still to come. */
  readonly revision: number;
}

export async function observe(
  services: CoordinationServices,
  name: Uint8Array,
  sink: ObserverSink,
  signal: AbortSignal,
): Promise<void> {
  const prefix = candidatePrefix(name);
  const group = groupOf(services, name);
  await group.readIndex();
  while (!signal.aborted) {
    const sighting = await findLeader(services, group, prefix, signal);
    if (sighting !== undefined) await follow(services, sighting, sink, signal);
  }
}

/** The leader, or else the first candidate to come. Undefined: look again. */
async function findLeader(
  services: CoordinationServices,
  group: GroupHandle,
  prefix: Uint8Array,
  signal: AbortSignal,
): Promise<Sighting | undefined> {
  const { revision } = group.store;
  const range = { key: prefix, rangeEnd: prefixEnd(prefix), startRevision: revision + 1 };
  const leader = await firstCreated(group, prefix, revision).catch((error: unknown) => {
    // Compacted while it was read: there is a newer revision to read at.
    if (error instanceof RpcError && error.code === Code.outOfRange) return null;
    throw error;
  });
  if (leader === null) return undefined;
  if (leader !== undefined) return { kv: leader, revision };
  const events = new EventQueue(services.watch, range, limits.observedEventsMax, signal);
  try {
    for (let next = await events.next(); next !== undefined; next = await events.next()) {
      if (next.event.type === 'put') return { kv: next.event.kv, revision: next.revision };
    }
    return undefined;
  } finally {
    events.close();
  }
}

/** Until the leader's key is deleted. */
async function follow(
  services: CoordinationServices,
  sighting: Sighting,
  sink: ObserverSink,
  signal: AbortSignal,
): Promise<void> {
  const range = {
    key: Buffer.from(sighting.kv.key),
    rangeEnd: Buffer.alloc(0),
    startRevision: sighting.revision + 1,
  };
  const events = new EventQueue(services.watch, range, limits.observedEventsMax, signal);
  try {
    await sink(sighting.kv, sighting.revision);
    for (let next = await events.next(); next !== undefined; next = await events.next()) {
      if (signal.aborted || next.event.type === 'delete') return;
      // The deletion was passed over, and the key made anew: it may not be the first any more.
      if (next.event.kv.createRevision !== sighting.kv.createRevision) return;
      await sink(next.event.kv, next.revision);
    }
  } finally {
    events.close();
  }
}
