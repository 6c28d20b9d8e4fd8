// What a group's configuration should be, by the tables.

import type { MemberTableView } from '../mvcc/member-table.js';
import { membersOf } from '../raft/conf-change.js';
import type { ConfState, NodeId } from '../raft/types.js';
import type { Wanted } from './next-step.js';

export interface WantedOptions {
  /** The group's configuration now. */
  readonly conf: ConfState;
  readonly table: Pick<MemberTableView, 'members' | 'leaving' | 'removed'>;
  /** Who is to vote here of those that may; undefined: all of them. */
  readonly placed?: readonly NodeId[] | undefined;
  /** Members on their way out that have to vote on here for now. */
  readonly keep?: (id: NodeId) => boolean;
  /** Members on their way out that do not vote here go on learning: they have to see what becomes of the group. */
  readonly leaversLearn?: boolean;
}

export function wantedOf({ conf, table, placed, keep, leaversLearn }: WantedOptions): Wanted {
  const voters = new Set<NodeId>();
  const learners = new Set<NodeId>();
  const present = membersOf(conf);
  for (const [id, { isLearner }] of table.members) {
    if (table.leaving.has(id) && keep?.(id) !== true) {
      if (leaversLearn === true && present.has(id)) learners.add(id);
      continue;
    }
    const votes = !isLearner && (placed === undefined || placed.includes(id));
    (votes ? voters : learners).add(id);
  }
  // States of the first version know a member only once it has published itself: what is not known stays as it is.
  for (const id of present) {
    if (table.members.has(id) || table.removed.has(id)) continue;
    (conf.voters.includes(id) ? voters : learners).add(id);
  }
  // Those that were placed are all gone: better nothing changes than nobody votes.
  if (voters.size === 0) return { voters: new Set(conf.voters), learners: new Set(conf.learners) };
  return { voters, learners };
}
