// Random schedules of one group that goes quiet and wakes: messages and beats that are lost, late and doubled, streams
// that break, nodes that crash. Raft's own promises are asserted in the core; here: reads miss nothing, a leader that is
// quiet has left nobody behind, and when all faults have ended the group is quiet everywhere, and a leader that falls
// silent then is replaced.

import { seeded } from '../../raft/testing/cluster.js';
import { ELECTION_TICKS, IDLE_BEATS, type TestNode, TestNodes } from './nodes.js';

/** Heartbeat intervals in which a healed group must be quiet: an election or two, and a while without work. */
const SETTLE_BEATS = 8 * ELECTION_TICKS + 2 * IDLE_BEATS;

export interface QuietFaults {
  readonly lost: number;
  readonly late: number;
  readonly doubled: number;
}

export class QuietSchedule {
  readonly #rng;
  readonly #nodes: TestNodes;
  readonly #floors = new Map<number, number>();
  #next = 1;
  quietSeen = 0;
  readsAnswered = 0;

  constructor(seed: number, voters: number, learners: number) {
    this.#rng = seeded(seed);
    this.#nodes = new TestNodes(
      (line) => this.#heard(line),
      (bound) => this.#rng.below(bound),
    );
    const ids = Array.from({ length: voters + learners }, (_, i) => BigInt(i + 1));
    this.#nodes.create(ids.slice(0, voters), ids.slice(voters));
  }

  get #all(): TestNode[] {
    return [...this.#nodes.nodes.values()];
  }

  #heard(line: string): void {
    const read = /answer read (\d+) at (\d+)/.exec(line);
    if (read === null) return;
    const floor = this.#floors.get(Number(read[1])) ?? 0;
    if (Number(read[2]) < floor) throw new Error(`${line}, but ${floor} was applied before`);
    this.readsAnswered++;
  }

  #any(): TestNode {
    return this.#all[this.#rng.below(this.#all.length)] as TestNode;
  }

  run(steps: number, { lost, late, doubled }: QuietFaults): void {
    const { float, below } = this.#rng;
    this.#nodes.fate = () => {
      if (float() < lost) return [];
      const arrives = float() < late ? 1 + below(3) : 0;
      return float() < doubled ? [arrives, arrives + below(6)] : [arrives];
    };
    for (let i = 0; i < steps; i++) this.#step();
    this.#nodes.fate = undefined;
  }

  #step(): void {
    const dice = this.#rng.float();
    const node = this.#any();
    if (dice < 0.8) this.#nodes.beats(1 + this.#rng.below(4));
    else if (dice < 0.86) this.#work(node);
    else if (dice < 0.88) this.#crashOrRestart(node);
    else if (dice < 0.91) this.#breakStream(node, this.#any());
    else if (dice < 0.94) this.#cut(node, this.#any());
    else if (dice < 0.97) this.#nodes.lost.clear();
    else if (node.up) {
      node.core.transferLeadership(this.#any().id);
      this.#nodes.settle();
    }
    if (this.#all.every((n) => n.up && n.quiet.isQuiet)) this.quietSeen++;
    this.#agree();
  }

  #work(node: TestNode): void {
    if (!node.up) return;
    const number = this.#next++;
    if (this.#rng.float() < 0.5) node.core.propose([Buffer.from(`v${number}`)]);
    else {
      this.#floors.set(number, Math.max(...this.#all.map((n) => n.applied)));
      node.core.readIndex(number);
    }
    this.#nodes.settle();
  }

  #crashOrRestart(node: TestNode): void {
    if (node.up) this.#nodes.crash(node.id);
    else this.#nodes.restart(node.id);
  }

  #breakStream(a: TestNode, b: TestNode): void {
    if (a === b) return;
    this.#nodes.disconnect(a.id, b.id);
    this.#nodes.connect(a.id, b.id);
  }

  #cut(a: TestNode, b: TestNode): void {
    if (a !== b) this.#nodes.lost.add(`${a.id}->${b.id}`);
  }

  /** At most one leader a term; and a leader that is quiet has left nobody behind (Q1). */
  #agree(): void {
    const leaders = new Map<number, TestNode>();
    for (const node of this.#all) {
      if (!node.up || node.core.role !== 'leader') continue;
      if (leaders.has(node.core.term)) throw new Error(`two leaders in term ${node.core.term}`);
      leaders.set(node.core.term, node);
    }
    const newest = leaders.get(Math.max(...leaders.keys()));
    if (newest?.quiet.isQuiet !== true) return;
    const behind = this.#all.filter(({ log }) => log.lastIndex < newest.core.lastIndex);
    if (behind.length > 0) throw new Error(`the leader is quiet, and ${behind.map((n) => n.id)} lacks something`);
  }

  settle(): void {
    this.#nodes.lost.clear();
    for (const node of this.#all) if (!node.up) this.#nodes.restart(node.id);
    this.#nodes.beats(SETTLE_BEATS);
    const states = this.#all.map((n) => `${n.id} ${n.core.role} ${n.quiet.isQuiet ? 'quiet' : 'awake'} ${n.applied}`);
    const asleep = this.#all.every((n) => n.quiet.isQuiet) && new Set(this.#all.map((n) => n.applied)).size === 1;
    if (!asleep) throw new Error(`not quiet in the end: ${states.join(', ')}`);
  }

  /** What a group that is quiet everywhere must bear. */
  finish(): void {
    this.#nobodyHelpsToDepose();
    this.#nodes.beats(SETTLE_BEATS);
    const dice = this.#rng.below(3);
    if (dice === 0) this.#crashLeader();
    else this.#silenceLeader(dice === 1);
  }

  get #leader(): TestNode {
    return this.#all.find((n) => n.core.role === 'leader') as TestNode;
  }

  /** One follower stands for election for no reason: the others hear the leader, quiet as it is. */
  #nobodyHelpsToDepose(): void {
    const { id, core } = this.#leader;
    const { term } = core;
    const others = this.#all.filter((n) => n.id !== id);
    const rebel = others[this.#rng.below(others.length)] as TestNode;
    rebel.quiet.wake();
    rebel.core.campaign();
    this.#nodes.settle();
    this.#nodes.beats(IDLE_BEATS);
    if (this.#leader.id !== id || core.term !== term) throw new Error('a leader that is heard of was deposed');
  }

  /** Its streams end: nobody goes on to count on it. */
  #crashLeader(): void {
    this.#nodes.crash(this.#leader.id);
    const asleep = this.#all.filter((n) => n.up && n.quiet.isQuiet);
    if (asleep.length > 0) throw new Error(`the leader's process is gone, and ${asleep.map((n) => n.id)} is quiet`);
  }

  /** The leader's node is heard of no more, though its streams stand; `deaf`: it hears nothing either. */
  #silenceLeader(deaf: boolean): void {
    const leader = this.#leader;
    for (const { id } of this.#all) {
      if (id === leader.id) continue;
      this.#nodes.lost.add(`${leader.id}->${id}`);
      if (deaf) this.#nodes.lost.add(`${id}->${leader.id}`);
    }
    // With ten moments to choose from, one election in ten is split: two in a row, and more, come up in so many seeds.
    this.#nodes.beats(15 * ELECTION_TICKS);
    const successor = this.#all.find((n) => n.core.role === 'leader' && n !== leader);
    if (successor === undefined) throw new Error('nobody replaces a leader that has fallen silent');
    if (leader.core.role === 'leader') throw new Error('a leader that is cut off does not step down');
  }
}
