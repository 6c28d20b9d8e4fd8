// How a group gets from the configuration that it has to the one that it should have: one safe step at a time, as a
// pure function, so that whoever leads the group can go on where the last leader stopped.
//
// - A replica comes as a learner, and votes once it has caught up: never counted before.
// - A voter goes only when every voter that is to replace it votes, in the same joint change at the earliest.
// - Who leads and is to go hands over first.
// - No step leaves a configuration without a majority that answers.

import { isJoint, membersOf } from '../raft/conf-change.js';
import type { ConfChange, ConfState, NodeId } from '../raft/types.js';

/** What a group's configuration is to become. Invariant: nobody is in both. */
export interface Wanted {
  readonly voters: ReadonlySet<NodeId>;
  readonly learners: ReadonlySet<NodeId>;
}

/** What the leader knows of its replicas. */
export interface Replicas {
  readonly self: NodeId;
  readonly conf: ConfState;
  /** Whether a replica has all that was committed a moment ago. */
  readonly caughtUp: (id: NodeId) => boolean;
  /** Whether a replica was heard from within an election timeout. */
  readonly active: (id: NodeId) => boolean;
}

export type Step =
  | { readonly kind: 'done' }
  /** Nothing is to be done until a replica has caught up or is heard from. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'leaveJoint' }
  | { readonly kind: 'transfer'; readonly to: NodeId }
  | { readonly kind: 'change'; readonly changes: readonly ConfChange[] };

const DONE: Step = { kind: 'done' };
const WAIT: Step = { kind: 'wait' };
const change = (...changes: ConfChange[]): Step => ({ kind: 'change', changes });
const ascending = (ids: Iterable<NodeId>): NodeId[] => [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

export function nextStep(replicas: Replicas, wanted: Wanted): Step {
  const { conf } = replicas;
  if (isJoint(conf)) return { kind: 'leaveJoint' };
  const present = membersOf(conf);
  const missing = ascending([...wanted.voters, ...wanted.learners]).find((id) => !present.has(id));
  if (missing !== undefined) return change({ type: 'addLearner', node: missing });
  const idle = conf.learners.find((id) => !wanted.voters.has(id) && !wanted.learners.has(id));
  if (idle !== undefined) return change({ type: 'remove', node: idle });
  return voters(replicas, wanted);
}

function voters(replicas: Replicas, wanted: Wanted): Step {
  const { self, conf, caughtUp, active } = replicas;
  const promising = ascending(wanted.voters).filter((id) => !conf.voters.includes(id));
  const surplus = conf.voters.filter((id) => !wanted.voters.has(id));
  if (promising.length === 0 && surplus.length === 0) return DONE;
  const ready = promising.find((id) => caughtUp(id) && active(id));
  if (promising.length > 0 && ready === undefined) return WAIT;
  // Not the leader, as long as there is another one to go first.
  const going = surplus.find((id) => id !== self) ?? surplus[0];
  if (ready !== undefined && (going === undefined || going === self)) {
    if (!hasMajority([...conf.voters, ready], active)) return WAIT;
    return change({ type: 'addVoter', node: ready });
  }
  if (going === undefined) return WAIT;
  if (going === self) {
    const to = conf.voters.find((id) => wanted.voters.has(id) && caughtUp(id) && active(id));
    return to === undefined ? WAIT : { kind: 'transfer', to };
  }
  const leave: ConfChange = { type: wanted.learners.has(going) ? 'addLearner' : 'remove', node: going };
  const left = conf.voters.filter((id) => id !== going);
  if (ready !== undefined) left.push(ready);
  if (!hasMajority(left, active)) return WAIT;
  return ready === undefined ? change(leave) : change({ type: 'addVoter', node: ready }, leave);
}

const hasMajority = (ids: readonly NodeId[], active: (id: NodeId) => boolean): boolean =>
  ids.filter(active).length > ids.length / 2;
