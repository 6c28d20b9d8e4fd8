// Random schedules of one group that goes quiet and wakes: messages and beats that are lost, late and doubled, streams
// that break on one side, nodes that crash. Raft's own promises are asserted in the core; here: reads miss nothing, and
// when all faults have ended the group is quiet everywhere, and a leader that falls silent then is replaced.

import { describe, expect, it } from 'vitest';
import { seeded } from '../raft/testing/cluster.js';
import type { NodeId } from '../raft/types.js';
import { ELECTION_TICKS, IDLE_BEATS, type TestNode, TestNodes } from './testing/nodes.js';

const SEEDS = Number(process.env['HEXKEEP_QUIET_SEEDS'] ?? 150);
const FIRST = Number(process.env['HEXKEEP_QUIET_FIRST'] ?? 1);
const STEPS = 400;
/** Heartbeat intervals in which a healed group must be quiet: an election or two, and a while without work. */
const SETTLE_BEATS = 8 * ELECTION_TICKS + 2 * IDLE_BEATS;

interface Faults {
  readonly lost: number;
  readonly late: number;
  readonly doubled: number;
}

class Schedule {
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

  run(steps: number, { lost, late, doubled }: Faults): void {
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

  /** At most one leader a term; nobody quiet under a leader of a later term that is quiet as well. */
  #agree(): void {
    const leaders = new Map<number, NodeId>();
    for (const { up, id, core } of this.#all) {
      if (!up || core.role !== 'leader') continue;
      if (leaders.has(core.term)) throw new Error(`two leaders in term ${core.term}`);
      leaders.set(core.term, id);
    }
    for (const { up, core, quiet } of this.#all) {
      if (!up || core.role !== 'leader' || !quiet.isQuiet) continue;
      if (core.commit !== core.lastIndex) throw new Error('a quiet leader has entries that are not committed');
    }
  }

  settle(): void {
    this.#nodes.lost.clear();
    for (const node of this.#all) if (!node.up) this.#nodes.restart(node.id);
    this.#nodes.beats(SETTLE_BEATS);
    const states = this.#all.map((n) => `${n.id} ${n.core.role} ${n.quiet.isQuiet ? 'quiet' : 'awake'} ${n.applied}`);
    const asleep = this.#all.every((n) => n.quiet.isQuiet) && new Set(this.#all.map((n) => n.applied)).size === 1;
    if (!asleep) throw new Error(`not quiet in the end: ${states.join(', ')}`);
  }

  /** The leader's node is heard of no more, though its streams stand. */
  silenceLeader(): void {
    const leader = this.#all.find((n) => n.core.role === 'leader') as TestNode;
    for (const { id } of this.#all) if (id !== leader.id) this.#nodes.lost.add(`${leader.id}->${id}`);
    // With ten moments to choose from, one election in ten is split: two in a row, and more, come up in so many seeds.
    this.#nodes.beats(15 * ELECTION_TICKS);
    const successor = this.#all.find((n) => n.core.role === 'leader' && n !== leader);
    if (successor === undefined) throw new Error('nobody replaces a leader that has fallen silent');
  }
}

function explore(name: string, voters: number, learners: number, faults: Faults): void {
  it(`${name}: ${SEEDS} seeds of ${voters} voters and ${learners} learners`, { timeout: 300_000 }, () => {
    let quiet = 0;
    let reads = 0;
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const schedule = new Schedule(seed, voters, learners);
      try {
        schedule.run(STEPS, faults);
        schedule.settle();
        schedule.silenceLeader();
        quiet += schedule.quietSeen;
        reads += schedule.readsAnswered;
      } catch (error) {
        throw new Error(`seed ${seed} (${name}): ${(error as Error).message}`, { cause: error });
      }
    }
    // A group that is never quiet, or never answers, would keep all of this, too.
    expect(quiet / SEEDS).toBeGreaterThan(5);
    expect(reads / SEEDS).toBeGreaterThan(1);
  });
}

describe('random schedules of quiet groups', () => {
  explore('calm', 3, 0, { lost: 0, late: 0, doubled: 0 });
  explore('loss', 3, 0, { lost: 0.03, late: 0.05, doubled: 0.05 });
  explore('late and doubled', 3, 1, { lost: 0.005, late: 0.15, doubled: 0.15 });
  explore('five', 5, 0, { lost: 0.01, late: 0.02, doubled: 0.02 });
});
