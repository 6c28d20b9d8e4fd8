import { describe, expect, it } from 'vitest';
import { Beat } from '../../proto/gen/peer.js';
import { Ledger, Liveness, type Relying } from './liveness.js';

const TICKS_MAX = 4;

function group(id: number): Relying & { woken: number[] } {
  const woken: number[] = [];
  return { id, woken, unconfirmed: (silentTicks) => void woken.push(silentTicks) };
}

/** Both sides of the streams between two nodes. */
function pair() {
  const [a, b] = [new Liveness(TICKS_MAX), new Liveness(TICKS_MAX)];
  const beat = (from: Liveness, to: Liveness): void => to.heard(Beat.decode(Beat.encode(from.beat(0, false))));
  const tick = (count: number, lost: { aToB?: boolean; bToA?: boolean } = {}): void => {
    for (let i = 0; i < count; i++) {
      a.tick();
      b.tick();
      if (lost.aToB !== true) beat(a, b);
      if (lost.bToA !== true) beat(b, a);
    }
  };
  return { a, b, beat, tick };
}

/** `leader` leads a group that is quiet at both. */
function agreed(leader: Liveness, follower: Liveness, term = 3, id = 1) {
  const [leading, following] = [group(id), group(id)];
  leader.leads.add(leading, term);
  follower.follows.add(following, term);
  return { leading, following };
}

describe('a ledger', () => {
  it('has a digest that depends on groups and terms, and not on their order', () => {
    const [one, two] = [group(1), group(2)];
    const [a, b] = [new Ledger(), new Ledger()];
    a.add(one, 5);
    a.add(two, 6);
    b.add(two, 6);
    b.add(one, 5);
    expect(a.equals(b.count, b.digest)).toBe(true);
    b.add(one, 6);
    expect(b.count).toBe(2);
    expect(a.equals(b.count, b.digest)).toBe(false);
    b.add(one, 5);
    expect(a.equals(b.count, b.digest)).toBe(true);
    b.remove(two);
    expect(a.equals(b.count, b.digest)).toBe(false);
    b.remove(one);
    b.remove(one);
    expect([b.count, b.digest]).toEqual([0, 0]);
  });

  it('tells groups and terms apart', () => {
    const digests = new Set<number>();
    for (let id = 0; id < 100; id++) {
      for (let term = 1; term < 100; term++) {
        const ledger = new Ledger();
        ledger.add(group(id), term);
        digests.add(ledger.digest);
      }
    }
    expect(digests.size).toBe(9_900);
  });
});

describe('the liveness of another node', () => {
  it('keeps groups quiet while beats confirm them', () => {
    const { a, b, tick } = pair();
    const { leading, following } = agreed(a, b);
    tick(50);
    expect([leading.woken, following.woken]).toEqual([[], []]);
    expect(b.isConfirmed).toBe(true);
  });

  it('wakes both sides after an election timeout without a beat, each once', () => {
    const { a, b, tick } = pair();
    const { leading, following } = agreed(a, b);
    tick(20);
    tick(TICKS_MAX, { aToB: true, bToA: true });
    expect([leading.woken, following.woken]).toEqual([[TICKS_MAX], [TICKS_MAX]]);
    tick(20, { aToB: true, bToA: true });
    expect([leading.woken.length, following.woken.length]).toEqual([1, 1]);
    expect([a.heardTicks, b.heardTicks]).toEqual([0, 0]);
  });

  it('wakes the side that hears nothing, and then the other one, which believes what is not so any more', () => {
    const { a, b, tick } = pair();
    const { leading, following } = agreed(a, b);
    tick(TICKS_MAX, { aToB: true });
    expect([leading.woken.length, following.woken.length]).toEqual([0, 1]);
    tick(TICKS_MAX, { aToB: true });
    expect(leading.woken.length).toBe(1);
  });

  it.each([
    ['leads the group in another term', 4],
    ['leads it no more', undefined],
  ])('wakes a follower whose leader %s', (_, term) => {
    const { a, b, tick } = pair();
    const { leading, following } = agreed(a, b);
    a.leads.remove(leading);
    if (term !== undefined) a.leads.add(leading, term);
    tick(TICKS_MAX);
    expect(following.woken.length).toBe(1);
  });

  it('wakes all groups that one beat does not confirm', () => {
    const { a, b, tick } = pair();
    const first = agreed(a, b, 3, 1);
    const second = agreed(a, b, 3, 2);
    a.leads.remove(first.leading);
    tick(TICKS_MAX);
    expect([first.following.woken.length, second.following.woken.length]).toEqual([1, 1]);
  });

  it('bears a beat that was overtaken', () => {
    const { a, b, tick } = pair();
    const { following } = agreed(a, b);
    const late = Beat.decode(Beat.encode({ ...a.beat(0, false), leadsCount: 0, leadsDigest: 0 }));
    for (let i = 0; i < 20; i++) {
      tick(1);
      b.heard(late);
    }
    expect(following.woken).toEqual([]);
  });

  it('wakes everything when the stream ends, and knows nothing of the next process', () => {
    const { a, b, beat, tick } = pair();
    const { following } = agreed(a, b);
    a.heard(Beat.decode(Beat.encode({ leading: 9, leaving: true })));
    beat(a, b);
    tick(10);
    b.lost();
    a.lost();
    expect(following.woken.length).toBe(1);
    expect([b.follows.count, b.heardTicks]).toEqual([0, 0]);
    a.connected();
    expect([a.leading, a.leaving, a.heardTicks]).toEqual([0, false, 0]);
  });
});
