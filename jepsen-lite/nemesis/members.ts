// Members that come and go while everything else goes on. A change that has begun is brought to its end, also after all
// faults have ended: half of it is not a state to be judged.

import type { Client } from '../../src/client/index.js';
import type { RpcError } from '../../src/errors.js';
import type { SimRandom } from '../../src/runtime/sim/random.js';
import { sleep } from '../../src/runtime/sleep.js';
import { peerUrlOf, type SimCluster } from '../sim/cluster.js';

const PAUSE_MS = 200;
/** Clients know the founders only: so many stay. */
const FOUNDERS_MIN = 2;
const NODES_MIN = 3;
const NODES_MAX = 6;

/** Until a member that was added runs. */
const delay = (random: SimRandom): number => (random.float() < 0.5 ? 0 : random.below(1_500));

const saysThat = (error: unknown, text: string): boolean => (error as RpcError).message.endsWith(text);

export class MemberChanges {
  readonly #cluster: SimCluster;
  readonly #founders: ReadonlySet<string>;
  #client: Client | undefined;
  #next: number;
  #tail: Promise<void> = Promise.resolve();
  #open = 0;

  constructor(cluster: SimCluster) {
    this.#cluster = cluster;
    this.#founders = new Set(cluster.names);
    this.#next = cluster.names.length + 1;
  }

  /** No change is under way. */
  get idle(): boolean {
    return this.#open === 0;
  }

  /** One member goes, and another one comes: in this order, or first the new one. */
  replace(random: SimRandom): string | undefined {
    const victim = this.#victim(random);
    if (victim === undefined) return undefined;
    const comer = `n${this.#next++}`;
    const first = random.float() < 0.5;
    const startsAfterMs = delay(random);
    this.#enqueue(async () => {
      if (first) await this.#add(comer, false, startsAfterMs);
      await this.#remove(victim);
      if (!first) await this.#add(comer, false, startsAfterMs);
    });
    return first ? `${comer} comes, ${victim} goes` : `${victim} goes, ${comer} comes`;
  }

  /** Returns what it does, and what removes the member again. */
  extra(random: SimRandom): readonly [string, () => void] | undefined {
    if (this.#cluster.names.length >= NODES_MAX) return undefined;
    const comer = `n${this.#next++}`;
    const learner = random.float() < 0.5;
    const startsAfterMs = delay(random);
    this.#enqueue(() => this.#add(comer, learner, startsAfterMs));
    return [`${comer}${learner ? ' as learner' : ''}`, () => this.#enqueue(() => this.#remove(comer))];
  }

  #victim(random: SimRandom): string | undefined {
    const { names } = this.#cluster;
    const founders = names.filter((n) => this.#founders.has(n));
    const may = names.filter((n) => founders.length > FOUNDERS_MIN || !this.#founders.has(n));
    return names.length < NODES_MIN ? undefined : may[random.below(may.length)];
  }

  /** One after another, as an operator would. */
  #enqueue(work: () => Promise<void>): void {
    this.#open++;
    this.#tail = this.#tail.then(work).finally(() => {
      this.#open--;
    });
  }

  #sleep(ms = PAUSE_MS): Promise<void> {
    return sleep(this.#cluster.world, ms);
  }

  /** Until `attempt` says that it is done: outcomes may stay open. */
  async #until(attempt: (client: Client) => Promise<boolean>): Promise<void> {
    this.#client ??= this.#cluster.client('nemesis-members');
    for (;;) {
      try {
        if (await attempt(this.#client)) return;
      } catch {
        // Tried again below.
      }
      await this.#sleep();
    }
  }

  async #add(name: string, learner: boolean, startsAfterMs: number): Promise<void> {
    await this.#until(async (client) => {
      try {
        await client.cluster.add([peerUrlOf(name)], { learner });
        return true;
      } catch (error) {
        // Too many learners: the one before it is still there, and goes later.
        if (saysThat(error, 'too many learner members in cluster')) return true;
        return saysThat(error, 'Peer URLs already exists');
      }
    });
    let id: bigint | undefined;
    await this.#until(async (client) => {
      const members = await client.cluster.members();
      id = members.find((m) => m.peerURLs.includes(peerUrlOf(name)))?.ID;
      return true;
    });
    if (id === undefined) return;
    this.#cluster.addNode(name, id);
    await this.#sleep(startsAfterMs);
    void this.#cluster.start(name);
  }

  async #remove(name: string): Promise<void> {
    if (!this.#cluster.names.includes(name)) return;
    this.#cluster.forget(name);
    await this.#until(async (client) => {
      const members = await client.cluster.members();
      const member = members.find((m) => m.peerURLs.includes(peerUrlOf(name)));
      if (member === undefined) return true;
      await client.cluster.remove(member.ID);
      return false;
    });
  }
}
