// Loss, duplicates and reordering of consensus messages. A stream keeps whole frames in order, so this
// happens to the messages inside them; greetings and calls between nodes stay as they are.

import { Frame, type FrameInit } from '../../proto/gen/peer.js';
import { HEARTBEAT_ACK_NUMBERS, HEARTBEAT_NUMBERS } from '../../src/multiraft/wire.js';
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
    if (!hasConsensus(frame)) return undefined;
    if (isLost) return rest(frame, { raft: [], heartbeats: [], heartbeatAcks: [], beat: undefined });
    const later: MangledFrame[] = [];
    /** Those of `all` that arrive now; `alone`: a frame with one of them. */
    const mangled = <T>(all: readonly T[], alone: (one: T) => FrameInit): T[] => {
      const delay = (one: T): void => {
        later.push({ frame: Frame.encode(alone(one)), lateMs: random.float() * LATE_MS });
      };
      return all.filter((one) => {
        if (random.float() < mangling.duplicate) delay(one);
        if (random.float() >= mangling.reorder) return true;
        delay(one);
        return false;
      });
    };
    const raft = mangled(frame.raft, (message) => ({ raft: [message] }));
    const heartbeats = mangled(parts(frame.heartbeats, HEARTBEAT_NUMBERS), (one) => ({ heartbeats: one })).flat();
    const heartbeatAcks = mangled(parts(frame.heartbeatAcks, HEARTBEAT_ACK_NUMBERS), (one) => ({
      heartbeatAcks: one,
    })).flat();
    const [beat] = mangled(frame.beat === undefined ? [] : [frame.beat], (one) => ({ beat: one }));
    return [...rest(frame, { raft, heartbeats, heartbeatAcks, beat }), ...later];
  };
}

type Consensus = Pick<Frame, 'raft' | 'heartbeats' | 'heartbeatAcks' | 'beat'>;

const hasConsensus = ({ raft, heartbeats, heartbeatAcks, beat }: Consensus): boolean =>
  raft.length > 0 || heartbeats.length > 0 || heartbeatAcks.length > 0 || beat !== undefined;

function rest(frame: Frame, consensus: Consensus): MangledFrame[] {
  if (!hasConsensus(consensus) && frame.calls.length === 0 && frame.replies.length === 0) return [];
  return [{ frame: Frame.encode({ ...frame, ...consensus }), lateMs: 0 }];
}

function parts(numbers: readonly number[], size: number): (readonly number[])[] {
  return Array.from({ length: numbers.length / size }, (_, i) => numbers.slice(i * size, (i + 1) * size));
}
