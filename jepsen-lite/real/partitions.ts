import type { SimRandom } from '../../src/runtime/sim/random.js';

export function shuffled<T>(items: readonly T[], random: SimRandom): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

export type Pair = readonly [a: string, b: string];

/** The pairs that see each other no more. */
export function partition(
  kind: 'halves' | 'majorityRing' | 'bridge',
  nodes: readonly string[],
  random: SimRandom,
): Pair[] {
  const names = shuffled(nodes, random);
  const half = Math.floor(names.length / 2);
  const isCut = (i: number, j: number): boolean => {
    if (kind === 'halves') return i < half && j >= half;
    if (kind === 'bridge') return i < half && j > half;
    // In a ring each one sees its neighbours only; of three, that is everybody, so one pair is cut.
    if (names.length === 3) return i === 0 && j === 2;
    return Math.min(j - i, names.length - (j - i)) > Math.floor(names.length / 4);
  };
  return names.flatMap((a, i) => names.flatMap((b, j): Pair[] => (j > i && isCut(i, j) ? [[a, b]] : [])));
}
