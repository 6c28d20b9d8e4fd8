// Membership changes and their log entries (thesis chapter 4).

import { invariant } from '../errors.js';
import type { ConfChange, ConfState, NodeId } from './types.js';

const KINDS: readonly ConfChange['type'][] = ['addVoter', 'addLearner', 'remove'];

/** [auto-leave u8] then [type u8][node u64 LE] each; no change at all means: leave the joint configuration. */
export function encodeConfChange(changes: readonly ConfChange[], autoLeave: boolean): Buffer {
  const out = Buffer.alloc(1 + changes.length * 9);
  out[0] = autoLeave ? 1 : 0;
  changes.forEach((change, i) => {
    out[1 + i * 9] = KINDS.indexOf(change.type);
    out.writeBigUInt64LE(change.node, 2 + i * 9);
  });
  return out;
}

export function decodeConfChange(data: Uint8Array): { changes: ConfChange[]; autoLeave: boolean } {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  invariant(bytes.length >= 1 && (bytes.length - 1) % 9 === 0, 'malformed configuration entry');
  const changes: ConfChange[] = [];
  for (let at = 1; at < bytes.length; at += 9) {
    const type = KINDS[bytes[at] as number];
    invariant(type !== undefined, 'unknown configuration change');
    changes.push({ type, node: bytes.readBigUInt64LE(at + 1) });
  }
  return { changes, autoLeave: bytes[0] === 1 };
}

export const isJoint = (conf: ConfState): boolean => conf.votersOutgoing.length > 0;

const sorted = (ids: Iterable<NodeId>): NodeId[] => [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** The configuration after an entry. One change applies at once; several enter a joint configuration. */
export function changeConf(conf: ConfState, data: Uint8Array): ConfState {
  const { changes, autoLeave } = decodeConfChange(data);
  if (changes.length === 0) return leaveJoint(conf);
  invariant(!isJoint(conf), 'a configuration change inside a joint configuration');
  const joint = changes.length > 1;
  const voters = new Set(conf.voters);
  const learners = new Set(conf.learners);
  const learnersNext = new Set<NodeId>();
  for (const { type, node } of changes) {
    const votes = conf.voters.includes(node);
    voters.delete(node);
    learners.delete(node);
    if (type === 'addVoter') voters.add(node);
    else if (type === 'addLearner' && votes && joint) learnersNext.add(node);
    else if (type === 'addLearner') learners.add(node);
  }
  invariant(voters.size > 0, 'a configuration without voters');
  return {
    voters: sorted(voters),
    learners: sorted(learners),
    votersOutgoing: joint ? conf.voters : [],
    learnersNext: sorted(learnersNext),
    autoLeave: joint && autoLeave,
  };
}

/** Whether a change leaves anybody to vote. */
export function keepsVoters(conf: ConfState, data: Uint8Array): boolean {
  const left = new Set(conf.voters);
  for (const { type, node } of decodeConfChange(data).changes) {
    if (type === 'addVoter') left.add(node);
    else left.delete(node);
  }
  return left.size > 0;
}

function leaveJoint(conf: ConfState): ConfState {
  return {
    voters: conf.voters,
    learners: sorted(new Set([...conf.learners, ...conf.learnersNext])),
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
}

/** Every node of a configuration, each once. */
export function membersOf(conf: ConfState): Set<NodeId> {
  return new Set([...conf.voters, ...conf.votersOutgoing, ...conf.learners, ...conf.learnersNext]);
}
