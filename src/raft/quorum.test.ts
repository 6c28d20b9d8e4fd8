// Quorum arithmetic against brute force: every set of voters, every assignment of small indexes and votes.

import { describe, expect, it } from 'vitest';
import { committedIndex, isQuorum, jointCommittedIndex, jointVoteOutcome, voteOutcome } from './quorum.js';
import type { ConfState, NodeId } from './types.js';

const INDEXES = 4;

/** Every way to give each of `n` nodes one of `values` values. */
function* assignments(n: number, values: number): Generator<number[]> {
  for (let code = 0; code < values ** n; code++) {
    const out: number[] = [];
    for (let i = 0, rest = code; i < n; i++, rest = Math.floor(rest / values)) out.push(rest % values);
    yield out;
  }
}

/** Highest index that some majority has reached, by trying every subset. */
function bruteCommitted(voters: readonly NodeId[], reached: (id: NodeId) => number): number {
  if (voters.length === 0) return Number.POSITIVE_INFINITY;
  let best = 0;
  for (let subset = 0; subset < 1 << voters.length; subset++) {
    const members = voters.filter((_, i) => (subset >> i) & 1);
    if (members.length * 2 <= voters.length) continue;
    best = Math.max(best, Math.min(...members.map(reached)));
  }
  return best;
}

const confOf = (voters: NodeId[], votersOutgoing: NodeId[]): ConfState => ({
  voters,
  votersOutgoing,
  learners: [],
  learnersNext: [],
  autoLeave: false,
});

const ids = (n: number): NodeId[] => Array.from({ length: n }, (_, i) => BigInt(i + 1));

describe('quorums', () => {
  it('commit what a majority has, for up to six voters', () => {
    for (let n = 0; n <= 6; n++) {
      const voters = ids(n);
      for (const indexes of assignments(n, n > 5 ? 3 : INDEXES)) {
        const reached = (id: NodeId): number => indexes[Number(id) - 1] as number;
        expect(committedIndex(voters, reached)).toBe(bruteCommitted(voters, reached));
      }
    }
  });

  it('of joint configurations need a majority of each half', () => {
    const halves: [NodeId[], NodeId[]][] = [
      [
        [1n, 2n, 3n],
        [3n, 4n, 5n],
      ],
      [
        [1n, 2n, 3n],
        [1n, 2n, 3n],
      ],
      [[1n], [2n, 3n, 4n]],
      [
        [1n, 2n, 3n, 4n],
        [4n, 5n],
      ],
      [[1n, 2n], []],
    ];
    for (const [incoming, outgoing] of halves) {
      const conf = confOf(incoming, outgoing);
      for (const indexes of assignments(5, 3)) {
        const reached = (id: NodeId): number => indexes[Number(id) - 1] as number;
        const expected = Math.min(bruteCommitted(incoming, reached), bruteCommitted(outgoing, reached));
        expect(jointCommittedIndex(conf, reached)).toBe(expected);
        expect(isQuorum(conf, (id) => reached(id) > 0)).toBe(expected > 0);
      }
    }
  });

  it('decide elections as soon as they are decided, and not before', () => {
    for (let n = 1; n <= 6; n++) {
      const voters = ids(n);
      for (const answers of assignments(n, 3)) {
        const votes = new Map(voters.flatMap((id, i) => (answers[i] === 2 ? [] : [[id, answers[i] === 1] as const])));
        const open = answers.filter((a) => a === 2).length;
        // What every way to fill in the missing votes would bring.
        const ends = [...assignments(open, 2)].map((rest) => {
          const yes = answers.filter((a) => a === 1).length + rest.filter((a) => a === 1).length;
          return yes * 2 > n;
        });
        const won = ends.every((e) => e);
        const lost = ends.every((e) => !e);
        expect(voteOutcome(voters, votes)).toBe(won ? 'won' : lost ? 'lost' : 'pending');
      }
    }
  });

  it('of joint elections are lost when one half is lost, won when both are won', () => {
    const conf = confOf([1n, 2n, 3n], [3n, 4n, 5n]);
    for (const answers of assignments(5, 3)) {
      const votes = new Map(ids(5).flatMap((id, i) => (answers[i] === 2 ? [] : [[id, answers[i] === 1] as const])));
      const halves = [voteOutcome(conf.voters, votes), voteOutcome(conf.votersOutgoing, votes)];
      const expected = halves.includes('lost') ? 'lost' : halves.includes('pending') ? 'pending' : 'won';
      expect(jointVoteOutcome(conf, votes)).toBe(expected);
    }
  });
});
