import { type Case, holds, same } from './world.js';

export const timeCases: readonly Case[] = [
  {
    name: 'the monotonic clock never goes back, and moves with time',
    async run(world) {
      const { clock } = world.machine();
      const first = clock.monotonicMs();
      let last = first;
      for (let i = 0; i < 1_000; i++) {
        const now = clock.monotonicMs();
        holds(now >= last, 'it went back');
        last = now;
      }
      await world.pass(50);
      const passed = clock.monotonicMs() - first;
      holds(passed >= 45, `50 ms are ${passed} by the clock`);
    },
  },
  {
    name: 'random numbers keep to their ranges, and differ',
    async run(world) {
      const { random } = world.machine();
      const seen = new Set<number>();
      for (let i = 0; i < 200; i++) {
        const f = random.float();
        holds(f >= 0 && f < 1, `float ${f}`);
        const n = random.below(7);
        holds(Number.isInteger(n) && n >= 0 && n < 7, `below ${n}`);
        seen.add(n);
        holds(random.uint64() >= 0n && random.uint64() < 1n << 64n, 'uint64');
      }
      same(seen.size, 7, 'values of below(7)');
      const [one, two] = [random.uint64(), random.uint64()];
      holds(one !== two, 'two numbers of 64 bits are equal');
    },
  },
  {
    name: 'timers fire after their delay, in order, once',
    async run(world) {
      const { timers } = world.machine();
      const fired: string[] = [];
      timers.after(60, () => fired.push('late'));
      timers.after(10, () => fired.push('early'));
      timers.defer(() => fired.push('deferred'));
      same(fired, [], 'before anything passed');
      await world.pass(30);
      same(fired, ['deferred', 'early'], 'after 30 ms');
      await world.pass(100);
      same(fired, ['deferred', 'early', 'late'], 'after 130 ms');
    },
  },
  {
    name: 'a cancelled timer never fires, and may be cancelled again',
    async run(world) {
      const { timers } = world.machine();
      let fired = 0;
      const once = timers.after(10, () => fired++);
      const often = timers.every(10, () => fired++);
      once.cancel();
      once.cancel();
      often.cancel();
      await world.pass(50);
      same(fired, 0, 'calls');
    },
  },
  {
    name: 'an interval goes on until it is cancelled, also from inside',
    async run(world) {
      const { timers } = world.machine();
      let fired = 0;
      const timer = timers.every(10, () => {
        if (++fired === 3) timer.cancel();
      });
      await world.pass(200);
      same(fired, 3, 'calls');
    },
  },
  {
    name: 'what is deferred runs after the promises of the turn',
    async run(world) {
      const { timers } = world.machine();
      const order: string[] = [];
      timers.defer(() => order.push('deferred'));
      await Promise.resolve();
      order.push('promise');
      await world.pass(5);
      same(order, ['promise', 'deferred'], 'order');
    },
  },
];
