// Loss, duplicates and reordering of consensus messages. A stream keeps whole frames in order, so this
// happens to the messages inside them; greetings and calls between nodes stay as they are.

import { Frame } from '../../proto/gen/peer.js';
import type { MangledFrame, Mangler } from '../../src/runtime/sim/network.js';
import type { Random } from '../workloads/types.js';

export interface Mangling {
  /** Probability that a message arrives a second time, later. */
  duplicate: number;
  /** Probability that a message arrives later than those behind it. */
  reorder: number;
  /** `from>to` of what is lost. */
  readonly lost: ReadonlySet<string>;
}

const LATE_MS = 60;

/** `isNode`: streams of clients are left alone. */
export function mangler(mangling: Mangling, random: Random, isNode: (name: string) => boolean): Mangler {
  return (from, to, bytes) => {
    const isLost = mangling.lost.has(`${from}>${to}`);
    if (!isLost && mangling.duplicate === 0 && mangling.reorder === 0) return undefined;
    if (!isNode(from) || !isNode(to)) return undefined;
    const frame = Frame.decode(bytes);
    if (frame.raft.length === 0) return undefined;
    if (isLost) return rest(frame, []);
    const now: typeof frame.raft = [];
    const later: MangledFrame[] = [];
    const delay = (message: (typeof frame.raft)[number]): void => {
      later.push({ frame: Frame.encode({ raft: [message] }), lateMs: random.float() * LATE_MS });
    };
    for (const message of frame.raft) {
      if (random.float() < mangling.duplicate) delay(message);
      if (random.float() < mangling.reorder) delay(message);
      else now.push(message);
    }
    return [...rest(frame, now), ...later];
  };
}

function rest(frame: Frame, raft: Frame['raft']): MangledFrame[] {
  if (raft.length === 0 && frame.calls.length === 0 && frame.replies.length === 0) return [];
  return [{ frame: Frame.encode({ ...frame, raft }), lateMs: 0 }];
}
