import type { Link, Listener, Runtime } from '../ports.js';
import { type Case, holds, same, type TestWorld } from './world.js';

const b = (text: string): Buffer => Buffer.from(text);
const PASS_MS = 150;

interface Pair {
  readonly near: Link;
  readonly far: Link;
  readonly listener: Listener;
  readonly closed: string[];
}

/** Two machines with a stream between them. */
async function connected(world: TestWorld): Promise<Pair> {
  const [here, there]: [Runtime, Runtime] = [world.machine(), world.machine()];
  const address = await world.address();
  const closed: string[] = [];
  let far: Link | undefined;
  const listener = await world.wait(
    there.network.listen(address, (link) => {
      far = link;
      link.onClose(() => closed.push('far'));
    }),
  );
  const near = here.network.dial(address);
  near.onClose(() => closed.push('near'));
  // Streams may open only with their first frame.
  near.send(b('hello'));
  for (let i = 0; i < 40 && far === undefined; i++) await world.pass(25);
  if (far === undefined) throw new Error('nobody was accepted');
  return { near, far, listener, closed };
}

const collect = (link: Link): string[] => {
  const frames: string[] = [];
  link.onFrame((frame) => frames.push(Buffer.from(frame).toString()));
  return frames;
};

export const networkCases: readonly Case[] = [
  {
    name: 'frames arrive whole and in order, both ways',
    async run(world) {
      const { near, far, listener } = await connected(world);
      const [atNear, atFar] = [collect(near), collect(far)];
      const big = 'x'.repeat(300_000);
      for (let i = 0; i < 50; i++) near.send(b(`to ${i}`));
      for (let i = 0; i < 50; i++) far.send(b(`back ${i}`));
      near.send(b(big));
      near.send(b('end'));
      for (let i = 0; i < 40 && atFar.at(-1) !== 'end'; i++) await world.pass(25);
      const expected = ['hello', ...Array.from({ length: 50 }, (_, i) => `to ${i}`), big, 'end'];
      same(atFar, expected, 'there');
      same(
        atNear,
        Array.from({ length: 50 }, (_, i) => `back ${i}`),
        'here',
      );
      near.close();
      await world.wait(listener.close());
    },
  },
  {
    name: 'the end of a stream is told to both sides, once',
    async run(world) {
      const { near, far, listener, closed } = await connected(world);
      collect(far);
      near.close();
      near.close();
      await world.pass(PASS_MS);
      same([...closed].sort(), ['far', 'near'], 'closed');
      far.close();
      await world.pass(PASS_MS);
      same(closed.length, 2, 'closed once each');
      holds(near.send(b('too late')), 'a frame after the end is dropped without asking to wait');
      await world.wait(listener.close());
    },
  },
  {
    name: 'the other side may end it, too',
    async run(world) {
      const { near, far, listener, closed } = await connected(world);
      collect(near);
      far.close();
      await world.pass(PASS_MS);
      same([...closed].sort(), ['far', 'near'], 'closed');
      await world.wait(listener.close());
    },
  },
  {
    name: 'dialling where nobody listens ends with a reason',
    async run(world) {
      const link = world.machine().network.dial(await world.address());
      let reason: string | undefined;
      link.onClose((why) => {
        reason = why;
      });
      link.send(b('hello'));
      for (let i = 0; i < 80 && reason === undefined; i++) await world.pass(25);
      holds((reason ?? '') !== '', 'no reason was given');
    },
  },
  {
    name: 'an address in use is refused',
    async run(world) {
      const address = await world.address();
      const listener = await world.wait(world.machine().network.listen(address, () => {}));
      const second = await world.wait(
        world
          .machine()
          .network.listen(address, () => {})
          .then(
            () => 'listens',
            (error: Error) => error.message,
          ),
      );
      holds(second.includes(address) && second.includes('free the port'), second);
      await world.wait(listener.close());
    },
  },
];
