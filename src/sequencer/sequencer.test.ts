import { describe, expect, it } from 'vitest';
import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { packNumbers, unpackNumbers } from '../multiraft/calls.js';
import { Known } from '../multiraft/known.js';
import { type GroupHandle, type LeaderHandler, type Leadership, PeerMethod } from '../multiraft/types.js';
import { Revisions } from './revisions.js';
import { Sequencer } from './sequencer.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One node's view of the system group; the test says who leads, and when rounds and entries go through. */
function setup() {
  let handler: LeaderHandler | undefined;
  const listeners: ((l: Leadership) => void)[] = [];
  const failures: string[] = [];
  const group = {
    leadership: { term: 1, leader: 2n, isLeader: false, ready: false } as Leadership,
    store: { revisionBound: 1 },
    confirmations: 0,
    confirm: () => Promise.resolve(),
    commit: () => Promise.resolve(),
  };
  const system = {
    get leadership() {
      return group.leadership;
    },
    store: group.store,
    onLeadership: (fn: (l: Leadership) => void) => void listeners.push(fn),
    setLeaderHandler: (_method: PeerMethod, fn: LeaderHandler) => {
      handler = fn;
    },
    confirmLeadership: async () => {
      group.confirmations++;
      await group.confirm();
    },
    propose: async (_kind: number, payload: Uint8Array, _timeoutMs: number, onlyInTerm: number) => {
      await group.commit();
      if (onlyInTerm !== group.leadership.term) throw errors.leaderChanged();
      group.store.revisionBound = Math.max(group.store.revisionBound, unpackNumbers(payload, 1)[0] as number);
      return { index: 0, term: onlyInTerm, revision: 1, error: undefined, response: { kind: 'none' } };
    },
    callLeader: async (_method: PeerMethod, body: Uint8Array) => (handler as LeaderHandler)(body),
  } as unknown as GroupHandle;
  const known = new Known();
  new Sequencer({ system, known, fail: (error) => failures.push((error as Error).message) });
  const tell = (leadership: Leadership): void => {
    group.leadership = leadership;
    for (const fn of listeners) fn(leadership);
  };
  const lead = (term: number, ready = true): void => tell({ term, leader: 1n, isLeader: true, ready });
  const follow = (term: number, leader: bigint): void => tell({ term, leader, isLeader: false, ready: false });
  const ask = async (count: number, knows = 0): Promise<number> => {
    const answer = await system.callLeader(PeerMethod.sequence, packNumbers(knows, count));
    return unpackNumbers(answer, 1)[0] as number;
  };
  return { group, system, known, failures, lead, follow, ask };
}

describe('the sequencer', () => {
  it('hands out what follows, to each its own, and tells the newest', async () => {
    const { lead, ask, known } = setup();
    lead(3);
    expect(await ask(0)).toBe(1);
    expect(await ask(1)).toBe(2);
    expect(await Promise.all([ask(3), ask(1), ask(0)])).toEqual([3, 6, 6]);
    expect(known.revision).toBe(6);
  });

  it('A1: begins where the log lets it, and only once its own entry is applied', async () => {
    const { group, lead, ask } = setup();
    group.store.revisionBound = 500;
    let commit = (): void => {};
    group.commit = () => new Promise((resolve) => (commit = resolve));
    lead(3);
    const first = ask(1);
    let answered = false;
    first.then(() => (answered = true));
    await settled();
    expect(answered).toBe(false);
    commit();
    expect(await first).toBe(501);
    expect(group.store.revisionBound).toBe(500 + limits.revisionStride);
  });

  it('A1: a later leadership goes on above everything that an earlier one may have handed out', async () => {
    const { lead, ask } = setup();
    lead(3);
    await ask(5);
    lead(4);
    expect(await ask(1)).toBe(1 + limits.revisionStride + 1);
  });

  it('raises the bound for what is beyond it', async () => {
    const { group, lead, ask } = setup();
    lead(3);
    const first = await ask(3 * limits.revisionStride);
    expect(group.store.revisionBound).toBeGreaterThanOrEqual(first + 3 * limits.revisionStride - 1);
  });

  it('A2: confirms the leadership after the last ask that it answers', async () => {
    const { group, lead, ask } = setup();
    lead(3);
    await settled();
    const pending: (() => void)[] = [];
    group.confirm = () => new Promise((resolve) => pending.push(resolve));
    const early = ask(1);
    await settled();
    const late = ask(1);
    await settled();
    expect(group.confirmations).toBe(1);
    pending.shift()?.();
    await early;
    await settled();
    // The one that came during the first round has a round of its own.
    expect(group.confirmations).toBe(2);
    pending.shift()?.();
    expect(await late).toBe(3);
  });

  it('A2: a leadership that ended meanwhile hands out nothing', async () => {
    const { group, lead, ask } = setup();
    lead(3);
    await settled();
    group.confirm = async () => lead(4);
    await expect(ask(1)).rejects.toThrow(errors.leaderChanged().message);
    lead(5, false);
    await expect(ask(1)).rejects.toThrow(errors.noLeader().message);
  });

  it('A4: stops where somebody knows of more than it has handed out', async () => {
    const { lead, ask, failures } = setup();
    lead(3);
    await expect(ask(1, 900)).rejects.toThrow(/handed out by somebody else/);
    expect(failures).toEqual(['revision 900 was handed out by somebody else: the counter is 1']);
  });
});

describe('asking', () => {
  function asking() {
    const s = setup();
    const revisions = new Revisions(s.known, { defer: (fn) => setImmediate(fn) });
    revisions.connect(s.system);
    return { ...s, revisions };
  }

  it('puts what is asked for in one turn into one message', async () => {
    const { lead, group, revisions } = asking();
    lead(3);
    await settled();
    const before = group.confirmations;
    const answers = await Promise.all([revisions.take(2), revisions.current(), revisions.take(1)]);
    expect(answers).toEqual([2, 3, 4]);
    expect(group.confirmations - before).toBe(1);
    expect(await revisions.current()).toBe(4);
    expect(revisions.known).toBe(4);
  });

  it('does not wait for a node that leads no more', async () => {
    const { lead, follow, group, revisions } = asking();
    lead(3);
    await settled();
    group.confirm = () => new Promise(() => {});
    const lost = revisions.take(1);
    await settled();
    follow(4, 2n);
    await expect(lost).rejects.toThrow(errors.leaderChanged().message);
  });
});
