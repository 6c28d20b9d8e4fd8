// Nodes that host one group each: the consensus core on a log in memory, what makes it quiet, and the liveness between
// each two nodes. Streams keep frames in order and lose them only where a test says so. Time passes in heartbeat
// intervals of one tick.

import type { BeatInit } from '../../../proto/gen/peer.js';
import { Beat } from '../../../proto/gen/peer.js';
import { message } from '../../raft/message.js';
import { createRaft } from '../../raft/raft.js';
import { MemoryLog } from '../../raft/testing/memory-log.js';
import {
  type ConfState,
  EntryType,
  type Message,
  MessageType,
  type NodeId,
  type RaftCore,
  type Ready,
} from '../../raft/types.js';
import { Liveness } from '../liveness.js';
import { Quiet } from '../quiet.js';

export const ELECTION_TICKS = 10;
export const IDLE_BEATS = 3;
const GROUP = 7;

export class TestNode {
  readonly id: NodeId;
  readonly log: MemoryLog;
  core: RaftCore;
  quiet: Quiet;
  up = true;
  ticks = 0;
  applied = 0;
  conf: ConfState;
  readonly liveness = new Map<NodeId, Liveness>();
  readonly #nodes: TestNodes;

  constructor(id: NodeId, nodes: TestNodes, conf: ConfState) {
    this.id = id;
    this.conf = conf;
    this.#nodes = nodes;
    this.log = new MemoryLog({ index: 0, term: 0, confState: conf, id: 0 });
    this.core = this.#core();
    this.quiet = this.#newQuiet();
  }

  #core(): RaftCore {
    return createRaft({
      id: this.id,
      electionTicks: ELECTION_TICKS,
      heartbeatTicks: 1,
      log: this.log,
      hardState: this.log.hardState,
      confState: this.conf,
      applied: this.applied,
      random: (bound) => this.#nodes.random(bound),
      preVote: true,
      checkQuorum: true,
      appendBytesMax: 1_000,
      inflightAppendsMax: 8,
      inflightAppendBytesMax: 1_000,
      uncommittedBytesMax: 10_000,
      committedBytesPerReadyMax: 1_000,
      readIndexPendingMax: 16,
    });
  }

  #newQuiet(): Quiet {
    return new Quiet({
      group: GROUP,
      raft: this.core,
      liveness: (node) => this.liveness.get(node),
      hasWork: () => false,
      isInstalling: () => false,
      ticks: () => this.ticks,
      needsTicks: (needed) => this.#nodes.said(`${this.id} is ${needed ? 'awake' : 'quiet'}`),
      answerLeader: (leader, term) => this.#send(message(MessageType.heartbeatResponse, leader, term)),
      idleBeats: IDLE_BEATS,
    });
  }

  restart(): void {
    this.up = true;
    this.core = this.#core();
    this.quiet = this.#newQuiet();
  }

  /** One heartbeat interval. */
  tick(): void {
    this.ticks++;
    for (const liveness of this.liveness.values()) liveness.tick();
    if (!this.quiet.isQuiet) {
      this.quiet.beat();
      this.core.tick();
    }
    this.pump();
    for (const [to, liveness] of this.liveness) this.#nodes.sent(this.id, to, { beat: liveness.beat(0, false) });
  }

  receive(m: Message, number: number): void {
    this.quiet.receive(m, number);
    this.pump();
  }

  pump(): void {
    while (this.core.hasReady()) this.#handle(this.core.ready());
  }

  #handle(rd: Ready): void {
    this.quiet.handling(rd);
    if (rd.softState !== undefined) {
      const leader = rd.softState.leader === 0n ? 'no leader' : `leader ${rd.softState.leader}`;
      this.#nodes.said(`${this.id} is ${rd.softState.role}, ${leader}, term ${this.core.term}`);
    }
    for (const m of rd.messages) this.#send(m);
    this.log.append(rd.entries);
    if (rd.hardState !== undefined) this.log.hardState = rd.hardState;
    this.log.flush();
    for (const m of rd.messagesAfterPersist) this.#send(m);
    if (rd.entries.length > 0 || rd.hardState !== undefined) {
      this.core.persisted(this.log.term(this.log.lastIndex) ?? 0, this.log.lastIndex);
    }
    for (const entry of rd.committed) {
      if (entry.type === EntryType.confChange) this.conf = this.core.applyConfChange(entry);
      this.applied = entry.index;
      this.core.applied(entry.index);
      const what = entry.type === EntryType.confChange ? 'a configuration' : Buffer.from(entry.data).toString();
      this.#nodes.said(`${this.id} applies ${entry.index} ${what}`.trim());
    }
    for (const { context, index } of rd.readStates)
      this.#nodes.said(`${this.id} may answer read ${context} at ${index}`);
    for (const context of rd.readsDropped) this.#nodes.said(`${this.id} drops read ${context}`);
  }

  #send(m: Message): void {
    this.#nodes.sent(this.id, m.to, { message: { ...m, from: this.id }, number: this.quiet.numberFor(m) });
  }
}

export type Sent = { readonly message: Message; readonly number: number } | { readonly beat: BeatInit };

interface UnderWay {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly what: Sent;
  /** The heartbeat interval in which it arrives. */
  readonly at: number;
}

export class TestNodes {
  readonly nodes = new Map<NodeId, TestNode>();
  #network: UnderWay[] = [];
  /** `from->to` of what is lost. */
  readonly lost = new Set<string>();
  readonly said: (line: string) => void;
  readonly random: (bound: number) => number;
  /** In which of the coming heartbeat intervals a message arrives (0: in this one), each entry once. */
  fate: (() => readonly number[]) | undefined;
  #interval = 0;

  constructor(said: (line: string) => void, random: (bound: number) => number) {
    this.said = said;
    this.random = random;
  }

  create(voters: readonly NodeId[], learners: readonly NodeId[]): void {
    const conf = { voters, learners, votersOutgoing: [], learnersNext: [], autoLeave: false };
    for (const id of [...voters, ...learners]) this.nodes.set(id, new TestNode(id, this, conf));
    for (const a of this.nodes.keys()) for (const b of this.nodes.keys()) if (a < b) this.connect(a, b);
  }

  node(id: NodeId): TestNode {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }

  connect(a: NodeId, b: NodeId): void {
    for (const [here, there] of [
      [a, b],
      [b, a],
    ] as const) {
      const liveness = new Liveness(ELECTION_TICKS);
      liveness.connected();
      this.node(here).liveness.set(there, liveness);
    }
  }

  /** The stream between two nodes breaks. `heard`: those of them that notice. */
  disconnect(a: NodeId, b: NodeId, heard: readonly NodeId[] = [a, b]): void {
    this.#network = this.#network.filter(({ from, to }) => !(from === a && to === b) && !(from === b && to === a));
    for (const here of heard) {
      const there = here === a ? b : a;
      const node = this.node(here);
      if (!node.up) continue;
      node.liveness.get(there)?.lost();
      node.core.peerLost(there);
      node.core.reportUnreachable(there);
      node.pump();
    }
  }

  sent(from: NodeId, to: NodeId, what: Sent): void {
    if (this.lost.has(`${from}->${to}`)) return;
    for (const later of this.fate?.() ?? [0]) this.#network.push({ from, to, what, at: this.#interval + later });
  }

  /** So many heartbeat intervals; everything that is sent arrives in the interval. */
  beats(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#interval++;
      for (const node of this.nodes.values()) if (node.up) node.tick();
      this.settle();
    }
  }

  settle(): void {
    for (const node of this.nodes.values()) if (node.up) node.pump();
    for (let i = 0; this.#network.some((m) => m.at <= this.#interval); i++) {
      if (i > 100) throw new Error('it never settles');
      const due = this.#network.filter((m) => m.at <= this.#interval);
      this.#network = this.#network.filter((m) => m.at > this.#interval);
      for (const { to, from, what } of due) this.#deliver(from, to, what);
    }
  }

  #deliver(from: NodeId, to: NodeId, what: Sent): void {
    const node = this.nodes.get(to);
    if (node === undefined || !node.up) return;
    if ('beat' in what) node.liveness.get(from)?.heard(Beat.decode(Beat.encode(what.beat)));
    else node.receive(what.message, what.number);
  }

  crash(id: NodeId): void {
    const node = this.node(id);
    node.up = false;
    node.log.crash();
    for (const other of this.nodes.keys()) if (other !== id) this.disconnect(id, other, [other]);
  }

  restart(id: NodeId): void {
    this.node(id).restart();
    for (const other of this.nodes.keys()) if (other !== id) this.connect(id, other);
  }
}
