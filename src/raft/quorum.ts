// Majorities, also of joint configurations (thesis 4.3: both halves must agree).

import type { ConfState, NodeId } from './types.js';

/** Highest index that a majority of `voters` has reached. Infinity for no voters: imposes nothing. */
export function committedIndex(voters: readonly NodeId[], reached: (id: NodeId) => number): number {
  const n = voters.length;
  if (n === 0) return Number.POSITIVE_INFINITY;
  if (n === 3) {
    const a = reached(voters[0] as NodeId);
    const b = reached(voters[1] as NodeId);
    const c = reached(voters[2] as NodeId);
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
  const sorted = voters.map(reached).sort((a, b) => b - a);
  return sorted[n >> 1] as number;
}

export function jointCommittedIndex(conf: ConfState, reached: (id: NodeId) => number): number {
  return Math.min(committedIndex(conf.voters, reached), committedIndex(conf.votersOutgoing, reached));
}

export type VoteOutcome = 'won' | 'lost' | 'pending';

export function voteOutcome(voters: readonly NodeId[], votes: ReadonlyMap<NodeId, boolean>): VoteOutcome {
  if (voters.length === 0) return 'won';
  let yes = 0;
  let no = 0;
  for (const id of voters) {
    const vote = votes.get(id);
    if (vote === true) yes++;
    else if (vote === false) no++;
  }
  const majority = (voters.length >> 1) + 1;
  if (yes >= majority) return 'won';
  return no > voters.length - majority ? 'lost' : 'pending';
}

export function jointVoteOutcome(conf: ConfState, votes: ReadonlyMap<NodeId, boolean>): VoteOutcome {
  const a = voteOutcome(conf.voters, votes);
  const b = voteOutcome(conf.votersOutgoing, votes);
  if (a === 'lost' || b === 'lost') return 'lost';
  return a === 'won' && b === 'won' ? 'won' : 'pending';
}

/** Whether the nodes for which `has` holds are a quorum. */
export function isQuorum(conf: ConfState, has: (id: NodeId) => boolean): boolean {
  return jointCommittedIndex(conf, (id) => (has(id) ? 1 : 0)) >= 1;
}
