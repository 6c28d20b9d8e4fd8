import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/fakes/scheduler.js';
import { DeadlineHeap, type HeapItem } from './deadline-heap.js';

describe('DeadlineHeap', () => {
  it('agrees with sorting, under pushes, updates and removals', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seeded(seed);
      const heap = new DeadlineHeap<HeapItem>();
      const items: HeapItem[] = [];
      for (let step = 0; step < 300; step++) {
        const choice = random.below(4);
        const any = items[random.below(Math.max(1, items.length))];
        if (choice < 2 || any === undefined) {
          const item = { lookMs: random.below(100), place: -1 };
          items.push(item);
          heap.push(item);
        } else if (choice === 2) heap.update(any, random.below(100));
        else {
          heap.remove(any);
          heap.remove(any);
          items.splice(items.indexOf(any), 1);
        }
        expect(heap.size).toBe(items.length);
        expect(heap.peek()?.lookMs).toBe(items.length === 0 ? undefined : Math.min(...items.map((i) => i.lookMs)));
      }
    }
  });

  it('refuses an item twice', () => {
    const heap = new DeadlineHeap<HeapItem>();
    const item = { lookMs: 1, place: -1 };
    heap.push(item);
    expect(() => heap.push(item)).toThrow('already');
  });
});
