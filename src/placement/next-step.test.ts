import { describe, expect, it } from 'vitest';
import { changeConf, encodeConfChange, isJoint } from '../raft/conf-change.js';
import type { ConfState, NodeId } from '../raft/types.js';
import { SimRandom } from '../runtime/sim/random.js';
import { nextStep, type Step } from './next-step.js';
import { checkStep } from './step-rules.js';

/** `1 2 3 | 4`: voters and learners. */
function conf(text: string): ConfState {
  const [voters = [], learners = []] = text.split('|').map((part) => part.match(/\d+/g)?.map(BigInt) ?? []);
  return { voters, learners, votersOutgoing: [], learnersNext: [], autoLeave: false };
}
const set = (ids: readonly NodeId[]): Set<NodeId> => new Set(ids);
const shown = (step: Step): string => {
  if (step.kind === 'change') return step.changes.map((c) => `${c.type} ${c.node}`).join(', ');
  return step.kind === 'transfer' ? `transfer ${step.to}` : step.kind;
};

interface Case {
  readonly has: string;
  readonly wants: string;
  readonly step: string;
  readonly behind?: readonly NodeId[];
  readonly silent?: readonly NodeId[];
  readonly self?: NodeId;
}

const CASES: readonly Case[] = [
  { has: '1 2 3', wants: '1 2 3', step: 'done' },
  { has: '1 2 3', wants: '1 2 3 4', step: 'addLearner 4' },
  { has: '1 2 3', wants: '1 2 3 | 4', step: 'addLearner 4' },
  { has: '1 2 3 | 4', wants: '1 2 3 4', step: 'addVoter 4' },
  // Never counted before it has caught up, nor while nothing is heard of it.
  { has: '1 2 3 | 4', wants: '1 2 3 4', step: 'wait', behind: [4n] },
  { has: '1 2 3 | 4', wants: '1 2 3 4', step: 'wait', silent: [4n] },
  { has: '1 2 3 | 4 5', wants: '1 2 3 4 5', step: 'addVoter 5', behind: [4n] },
  // One for another, as one change: the old one does not go before.
  { has: '1 2 3 | 4', wants: '1 2 4', step: 'addVoter 4, remove 3' },
  { has: '1 2 3 | 4', wants: '1 2 4 | 3', step: 'addVoter 4, addLearner 3' },
  { has: '1 2 3 | 4', wants: '1 2 4', step: 'wait', behind: [4n] },
  { has: '1 2 3 | 4', wants: '1 2 4', step: 'addVoter 4, remove 3', silent: [3n] },
  { has: '1 2 3', wants: '1 2', step: 'remove 3' },
  { has: '1 2 3', wants: '1 2 | 3', step: 'addLearner 3' },
  // Not without a majority that answers.
  { has: '1 2 3', wants: '1 2', step: 'wait', silent: [2n] },
  { has: '1 2 3', wants: '1 2', step: 'remove 3', silent: [3n] },
  { has: '1 2 3 4', wants: '1 2', step: 'remove 3', silent: [3n] },
  // Who leads goes last, and hands over first.
  { has: '1 2 3', wants: '2 3', step: 'transfer 2' },
  { has: '1 2 3', wants: '2 3', step: 'transfer 3', behind: [2n] },
  { has: '1 2 3', wants: '2 3', step: 'wait', silent: [2n, 3n] },
  { has: '1 2 3 | 4', wants: '2 3 4', step: 'addVoter 4' },
  { has: '1 2 3 | 4', wants: '1 2 3 4', step: 'wait', silent: [2n, 3n] },
  { has: '1 2 3 4', wants: '2 3 4', step: 'transfer 2' },
  { has: '1 | 2', wants: '2', step: 'addVoter 2' },
  { has: '1 2', wants: '2', step: 'transfer 2' },
  { has: '1 2', wants: '2', step: 'remove 1', self: 2n },
  { has: '1 2 3 | 4', wants: '1 2 3', step: 'remove 4' },
];

describe('the next step', () => {
  it.each(CASES)('from $has to $wants, behind $behind, silent $silent: $step', (c) => {
    const wanted = conf(c.wants);
    const replicas = {
      self: c.self ?? 1n,
      conf: conf(c.has),
      caughtUp: (id: NodeId) => c.behind?.includes(id) !== true,
      active: (id: NodeId) => c.silent?.includes(id) !== true,
    };
    expect(shown(nextStep(replicas, { voters: set(wanted.voters), learners: set(wanted.learners) }))).toBe(c.step);
  });

  it('leaves a joint configuration before anything else', () => {
    const joint = changeConf(
      conf('1 2 3 | 4'),
      encodeConfChange(
        [
          { type: 'addVoter', node: 4n },
          { type: 'remove', node: 3n },
        ],
        true,
      ),
    );
    expect(isJoint(joint)).toBe(true);
    const all = { self: 1n, conf: joint, caughtUp: () => true, active: () => true };
    expect(shown(nextStep(all, { voters: set([1n, 2n]), learners: set([]) }))).toBe('leaveJoint');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * 100))(
    'leads from any configuration to any other, by steps that keep a majority that answers (from seed %i)',
    (first) => {
      for (let seed = first; seed < first + 100; seed++) walk(new SimRandom(seed));
    },
  );
});

describe('a step', () => {
  const all = {
    self: 1n,
    conf: conf('1 2 3 | 4'),
    caughtUp: (id: NodeId) => id !== 4n,
    active: (id: NodeId) => id !== 2n,
  };
  const wanted = { voters: set([1n, 3n, 4n]), learners: set([]) };
  it.each([
    [[{ type: 'addVoter', node: 4n }], 'has not caught up'],
    [[{ type: 'remove', node: 3n }], 'too few voters'],
    [
      [
        { type: 'addVoter', node: 3n },
        { type: 'remove', node: 1n },
      ],
      'the vote of the leader',
    ],
    [[{ type: 'remove', node: 3n }], 'no majority', { voters: set([1n, 2n]), learners: set([]) }],
  ] as const)('that is %o is stopped: %s', (changes, why, goal = wanted) => {
    const base = why === 'the vote of the leader' ? { voters: set([3n]), learners: set([]) } : goal;
    expect(() => checkStep(all, base, changes)).toThrow(why);
  });
});

/** From one configuration to another one, with replicas that are slow and silent for a while. */
function walk(random: SimRandom): void {
  const pick = (): { voters: Set<NodeId>; learners: Set<NodeId> } => {
    const ids = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
    const voters = ids.filter(() => random.float() < 0.5);
    if (voters.length === 0) voters.push(1n);
    return { voters: set(voters), learners: set(ids.filter((id) => !voters.includes(id) && random.float() < 0.3)) };
  };
  const from = pick();
  const wanted = pick();
  let now: ConfState = { ...conf(''), voters: [...from.voters], learners: [...from.learners] };
  let self = now.voters[0] as NodeId;
  const caught = new Set(now.voters);
  for (let i = 0; i < 200; i++) {
    const silent = new Set(
      i > 100 ? [] : [...now.voters, ...now.learners].filter((id) => id !== self && random.float() < 0.3),
    );
    for (const id of now.learners) if (i > 100 || random.float() < 0.3) caught.add(id);
    for (const id of caught) if (!now.voters.includes(id) && !now.learners.includes(id)) caught.delete(id);
    const step = nextStep(
      { self, conf: now, caughtUp: (id) => caught.has(id), active: (id) => !silent.has(id) },
      wanted,
    );
    if (step.kind === 'done') {
      expect(set(now.voters)).toEqual(wanted.voters);
      expect(set(now.learners)).toEqual(wanted.learners);
      return;
    }
    if (step.kind === 'transfer') self = step.to;
    if (step.kind === 'leaveJoint') now = changeConf(now, encodeConfChange([], false));
    if (step.kind !== 'change') continue;
    checkStep(
      { self, conf: now, caughtUp: (id) => caught.has(id), active: (id) => !silent.has(id) },
      wanted,
      step.changes,
    );
    now = changeConf(now, encodeConfChange(step.changes, true));
    for (const id of now.voters) expect(caught.has(id)).toBe(true);
    expect(now.voters).toContain(self);
  }
  throw new Error(`no end: ${now.voters} | ${now.learners} is not yet ${[...wanted.voters]} | ${[...wanted.learners]}`);
}
