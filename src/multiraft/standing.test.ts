import { describe, expect, it } from 'vitest';
import { isFirstToStand, ticksToStand } from './standing.js';

const voters = [10n, 20n, 30n];
const candidacy = (group: number, self: bigint, down: readonly bigint[] = []) => ({
  group,
  self,
  voters,
  isUp: (id: bigint) => !down.includes(id),
});

describe('who stands first', () => {
  it.each([
    [0, 10n],
    [1, 20n],
    [2, 30n],
    [3, 10n],
  ])('of group %i: member %i, and nobody else', (group, first) => {
    expect(voters.filter((self) => isFirstToStand(candidacy(group, self)))).toEqual([first]);
  });

  it('is nobody who reaches no majority, or has no vote', () => {
    expect(isFirstToStand(candidacy(0, 10n, [20n, 30n]))).toBe(false);
    expect(isFirstToStand(candidacy(0, 10n, [30n]))).toBe(true);
    expect(isFirstToStand(candidacy(0, 40n))).toBe(false);
    expect(isFirstToStand({ ...candidacy(0, 10n), voters: [] })).toBe(false);
  });
});

describe('when the stream to the leader breaks', () => {
  it.each<[group: number, leader: bigint, ticks: Record<string, number>]>([
    [0, 10n, { 20: 1, 30: 3 }],
    [1, 20n, { 30: 1, 10: 3 }],
    [2, 20n, { 30: 1, 10: 3 }],
    [2, 30n, { 10: 1, 20: 3 }],
  ])('of group %i, led by %i: the others stand one after the other', (group, leader, ticks) => {
    for (const [self, expected] of Object.entries(ticks)) {
      expect(ticksToStand(candidacy(group, BigInt(self), [leader]))).toBe(expected);
    }
  });

  it('nobody waits for those that are not there, and who has no vote waits for nobody', () => {
    expect(ticksToStand(candidacy(0, 30n, [10n, 20n]))).toBe(1);
    expect(ticksToStand(candidacy(0, 40n, [10n]))).toBe(1);
    expect(ticksToStand({ ...candidacy(0, 10n), voters: [] })).toBe(1);
  });
});
