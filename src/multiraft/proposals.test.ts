import { describe, expect, it } from 'vitest';
import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { type ApplyResult, type Command, CommandKind } from '../mvcc/types.js';
import { type Pending, Proposals } from './proposals.js';

const result: ApplyResult = { index: 7, term: 2, revision: 3, error: undefined, response: { kind: 'none' } };
const commandOf = (p: Pending): Command => ({
  kind: CommandKind.put,
  origin: 1n,
  request: p.request,
  revision: 0,
  payload: p.data,
});

function setup() {
  const proposals = new Proposals(1n, { float: () => 0.5, below: () => 0, uint64: () => 0n });
  const add = (deadlineMs = 1_000, onlyInTerm = 0) => {
    const outcome: { value?: ApplyResult; error?: Error } = {};
    proposals.add(CommandKind.put, Buffer.from('x'), deadlineMs, onlyInTerm).then(
      (value) => Object.assign(outcome, { value }),
      (error) => Object.assign(outcome, { error }),
    );
    return outcome;
  };
  return { proposals, add };
}

const settled = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));

describe('proposals', () => {
  it('resolves a command when it is applied', async () => {
    const { proposals, add } = setup();
    const outcome = add();
    const [pending] = proposals.takeUnplaced(0);
    proposals.placed([pending!], 2);
    proposals.applied(commandOf(pending!), result);
    await settled();
    expect(outcome.value).toBe(result);
    expect(proposals.size).toBe(0);
  });

  it('places a command again once a later term is applied, and only then', () => {
    const { proposals, add } = setup();
    add();
    const first = proposals.takeUnplaced(0);
    proposals.placed(first, 2);
    proposals.termApplied(2);
    expect(proposals.hasUnplaced).toBe(false);
    proposals.termApplied(3);
    expect(proposals.takeUnplaced(0).map((p) => p.request)).toEqual(first.map((p) => p.request));
  });

  it('leaves what was placed again alone when the first attempt is refused late', async () => {
    const { proposals, add } = setup();
    const outcome = add();
    const batch = proposals.takeUnplaced(0);
    proposals.placed(batch, 2);
    proposals.termApplied(3);
    proposals.refused(batch, 2);
    expect(proposals.takeUnplaced(0)).toEqual(batch);
    proposals.placed(batch, 3);
    proposals.refused(batch, 2);
    proposals.failed(batch, 2, errors.tooManyRequests);
    await settled();
    expect([proposals.hasUnplaced, proposals.size, outcome]).toEqual([false, 1, {}]);
    proposals.refused(batch, 3);
    expect(proposals.takeUnplaced(0)).toEqual(batch);
  });

  it('does not place again what was applied before the later term began', () => {
    const { proposals, add } = setup();
    add();
    add();
    const [one, two] = proposals.takeUnplaced(0);
    proposals.placed([one!, two!], 2);
    proposals.applied(commandOf(one!), result);
    proposals.termApplied(3);
    expect(proposals.takeUnplaced(0)).toEqual([two]);
  });

  it('leaves open what was placed when a snapshot takes the place of the log', async () => {
    const { proposals, add } = setup();
    const placed = add();
    proposals.placed(proposals.takeUnplaced(0), 2);
    const waiting = add();
    proposals.superseded(errors.timeoutConnectionLost);
    proposals.termApplied(3);
    await settled();
    expect(placed.error).toMatchObject({ message: errors.timeoutConnectionLost().message, retryable: false });
    expect(waiting).toEqual({});
    expect(proposals.takeUnplaced(0)).toHaveLength(1);
  });

  it('does not place twice what waits already', () => {
    const { proposals, add } = setup();
    add();
    const batch = proposals.takeUnplaced(0);
    proposals.placed(batch, 2);
    proposals.refused(batch, 2);
    proposals.termApplied(3);
    expect(proposals.takeUnplaced(0)).toHaveLength(1);
  });

  it('ignores the applied command of an earlier life of the process', async () => {
    const { proposals, add } = setup();
    const outcome = add();
    const [pending] = proposals.takeUnplaced(0);
    proposals.applied({ ...commandOf(pending!), request: pending!.request - 1 }, result);
    await settled();
    expect(outcome.value).toBeUndefined();
    expect(proposals.size).toBe(1);
  });

  it('places what is bound to a term in that term only', async () => {
    const { proposals, add } = setup();
    const bound = add(1_000, 4);
    const free = add();
    expect(proposals.takeUnplaced(4)).toHaveLength(2);
    const again = add(1_000, 4);
    expect(proposals.takeUnplaced(5)).toHaveLength(0);
    await settled();
    expect(again.error?.message).toBe('etcdserver: leader changed');
    expect([bound.error, free.error]).toEqual([undefined, undefined]);
  });

  it('does not forward or repeat what is bound to a term', async () => {
    const { proposals, add } = setup();
    const outcome = add(1_000, 4);
    proposals.placed(proposals.takeUnplaced(4), 4);
    proposals.termApplied(5);
    expect(proposals.takeUnplaced(0)).toHaveLength(0);
    await settled();
    expect(outcome.error?.message).toBe('etcdserver: leader changed');
  });

  it('fails what waited past its deadline, and forgets it', async () => {
    const { proposals, add } = setup();
    const late = add(100);
    const alive = add(500);
    proposals.expire(100, errors.timeout);
    await settled();
    expect(late.error?.message).toBe('etcdserver: request timed out');
    expect(alive.error).toBeUndefined();
    expect(proposals.takeUnplaced(0)).toHaveLength(1);
    expect(proposals.failures).toBe(1);
  });

  it('refuses more than its bound at once', async () => {
    const { proposals, add } = setup();
    for (let i = 0; i < limits.proposalsPendingMax; i++) add();
    const refused = add();
    await settled();
    expect(refused.error?.message).toBe('etcdserver: too many requests');
    expect(proposals.size).toBe(limits.proposalsPendingMax);
  });
});
