import { describe, expect, it } from 'vitest';
import { errors } from '../errors.js';
import { Reads } from './reads.js';

const settled = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));

function track(promise: Promise<number>) {
  const outcome = { state: 'waiting' };
  promise.then(
    () => {
      outcome.state = 'done';
    },
    (error: Error) => {
      outcome.state = error.message;
    },
  );
  return outcome;
}

describe('reads', () => {
  it('answers a read once the index of its round is applied', async () => {
    const reads = new Reads();
    const read = track(reads.add(1_000));
    const round = reads.begin();
    reads.confirm(round, { index: 9, term: 1, revision: 0 }, 7, 1);
    await settled();
    expect(read.state).toBe('waiting');
    reads.applied(8, 1);
    reads.applied(9, 1);
    await settled();
    expect(read.state).toBe('done');
    expect(reads.size).toBe(0);
  });

  it('never serves a read from a round that began before it arrived', async () => {
    const reads = new Reads();
    const early = track(reads.add(1_000));
    const round = reads.begin();
    const late = track(reads.add(1_000));
    expect(reads.wantsRound).toBe(false);
    reads.confirm(round, { index: 5, term: 1, revision: 0 }, 5, 1);
    await settled();
    expect([early.state, late.state]).toEqual(['done', 'waiting']);
    expect(reads.wantsRound).toBe(true);
  });

  it('moves the reads of a lost round into the next, and drops the late answer of the lost one', async () => {
    const reads = new Reads();
    const read = track(reads.add(1_000));
    const lost = reads.begin();
    reads.retryAny();
    const next = reads.begin();
    reads.confirm(lost, { index: 1, term: 1, revision: 0 }, 1, 1);
    await settled();
    expect(read.state).toBe('waiting');
    reads.confirm(next, { index: 1, term: 1, revision: 0 }, 1, 1);
    await settled();
    expect(read.state).toBe('done');
  });

  it('fails reads past their deadline wherever they wait', async () => {
    const reads = new Reads();
    const confirmed = track(reads.add(10));
    reads.confirm(reads.begin(), { index: 99, term: 1, revision: 0 }, 0, 1);
    const inRound = track(reads.add(10));
    reads.begin();
    const arriving = track(reads.add(10));
    const patient = track(reads.add(50));
    reads.expire(10, errors.timeout);
    await settled();
    expect([confirmed, inRound, arriving].map((r) => r.state)).toEqual(Array(3).fill('etcdserver: request timed out'));
    expect(patient.state).toBe('waiting');
    expect(reads.size).toBe(1);
    expect(reads.wantsRound).toBe(true);
  });
});
