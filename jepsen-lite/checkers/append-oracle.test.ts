import { describe, expect, it } from 'vitest';
import { SimRandom } from '../../src/runtime/sim/random.js';
import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { checkAppend } from './append.js';
import { done, failed, type Micros, unknown } from './append-testing.js';
import { played, type Step } from './testing/script.js';

const SEEDS_PER_TEST = 500;
const TESTS = 12;
const KEYS = ['x', 'y'];

/** Strict serializability by its definition: some order, true to real time, in which all reads are right. */
function hasOrder(history: History): boolean {
  const operations = pair(history).filter(({ type }) => type !== 'fail');
  return extend(operations, new Map());
}

function extend(left: readonly Operation[], lists: ReadonlyMap<string, readonly number[]>): boolean {
  if (left.every(({ type }) => type === 'info')) return true;
  return left.some((next) => {
    if (left.some(({ endIndex }) => endIndex < next.index)) return false;
    const after = carriedOut(next, lists);
    return (
      after !== undefined &&
      extend(
        left.filter((other) => other !== next),
        after,
      )
    );
  });
}

function carriedOut({ type, output }: Operation, lists: ReadonlyMap<string, readonly number[]>) {
  const after = new Map(lists);
  for (const [f, key, value] of output as unknown as Micros) {
    const list = after.get(key) ?? [];
    if (f === 'append') after.set(key, [...list, value as number]);
    else if (type === 'ok' && JSON.stringify(list) !== JSON.stringify(value)) return undefined;
  }
  return after;
}

/** Transactions with lists that look right: mostly beginnings of one order of each key, as it was at some time. */
function generate(random: SimRandom): Step[] {
  const lists = new Map(KEYS.map((key): [string, number[]] => [key, []]));
  let elements = 0;
  return Array.from({ length: 2 + random.below(4) }, (_, i) => {
    const parts = Array.from({ length: 1 + random.below(3) }, () => {
      const key = KEYS[random.below(KEYS.length)] as string;
      const list = lists.get(key) as number[];
      if (random.float() < 0.5) return `${key}=${list.slice(0, Math.max(0, list.length - random.below(3) + 1)).join()}`;
      const element = ++elements;
      if (random.float() < 0.2) list.splice(random.below(list.length + 1), 0, element);
      else if (random.float() < 0.9) list.push(element);
      return `${key}+${element}`;
    });
    const startMs = i * 10 + random.below(15);
    const span = [startMs, startMs + 1 + random.below(40)] as const;
    const kind = random.float() < 0.1 ? failed : random.float() < 0.2 ? unknown : done;
    return kind(span, parts.join(' '));
  });
}

describe('append, against all orders', () => {
  it.each(Array.from({ length: TESTS }, (_, i) => i + 1))('agrees, part %i', (part) => {
    let valid = 0;
    for (let seed = part * SEEDS_PER_TEST; seed < (part + 1) * SEEDS_PER_TEST; seed++) {
      const history = played(generate(new SimRandom(seed)));
      const verdict = checkAppend(history);
      expect([seed, verdict.valid]).toEqual([seed, hasOrder(history)]);
      if (verdict.valid === true) valid++;
    }
    expect(valid).toBeGreaterThan(SEEDS_PER_TEST / 20);
    expect(valid).toBeLessThan((SEEDS_PER_TEST * 19) / 20);
  });
});
