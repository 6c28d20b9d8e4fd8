// A cluster of cores on a network that loses, delays, duplicates and reorders, on disks that forget
// what was not flushed. One seed decides everything. Every safety property of the thesis (figure
// 3.2) is checked after every step.

import { invariant } from '../../errors.js';
import { createRaft } from '../raft.js';
import {
  type ConfState,
  type Entry,
  EntryType,
  type Message,
  MessageType,
  type NodeId,
  type RaftCore,
  type Ready,
  type SnapshotMeta,
} from '../types.js';
import { MemoryLog } from './memory-log.js';

export interface Rng {
  float(): number;
  below(bound: number): number;
}

/** mulberry32: small, fast, good enough to spread test cases. */
export function seeded(seed: number): Rng {
  let state = seed >>> 0;
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { float, below: (bound) => Math.floor(float() * bound) };
}

/** Steps that a state machine stands still at most. */
const STALL_STEPS = 2_000;
/** Of the steps that change partitions, those that do while leaders are stranded. */
const STRAND_CHANGES = 0.05;

const NO_CONF: ConfState = { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };

interface Write {
  readonly rd: Ready;
  readonly term: number;
  readonly index: number;
  readonly makeDurable: () => void;
}

class Member {
  readonly id: NodeId;
  readonly log: MemoryLog;
  core: RaftCore;
  up = true;
  /** Applied commands and the configuration, as a state machine would hold them; survives crashes. */
  applied = 0;
  appliedTerm = 0;
  conf: ConfState;
  writes: Write[] = [];
  /** Committed, not yet taken by the state machine. */
  toApply: Entry[] = [];
  /** Steps that the state machine still stands still. */
  stalled = 0;
  lastTerm = 0;
  lastCommit = 0;

  constructor(id: NodeId, conf: ConfState, core: (log: MemoryLog) => RaftCore) {
    this.id = id;
    this.conf = conf;
    this.log = new MemoryLog({ index: 0, term: 0, confState: conf, id: 0 });
    this.core = core(this.log);
  }
}

export interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  readonly crash: number;
  readonly confChange: number;
  readonly compact: number;
  /**
   * Leaders are left alone with at most one follower again and again, and with this probability right after
   * they were given commands: what it takes for entries of several terms to compete (figure 8 of the Raft paper).
   */
  readonly strand?: number;
  /** Probability that a state machine takes nothing in a step, although something is committed. */
  readonly lag?: number;
  /** Probability that a state machine stands still for a long while: changes of membership go on without it. */
  readonly stall?: number;
}

export class TestCluster {
  readonly rng: Rng;
  readonly #faults: Faults;
  readonly #firstConf: ConfState;
  readonly members = new Map<NodeId, Member>();
  #network: Message[] = [];
  /** One side of a partition: it hears itself, and nothing of the others. */
  #cut = new Set<NodeId>();
  #leaders = new Map<number, NodeId>();
  /** The one true sequence of committed entries. */
  readonly committed = new Map<number, Entry>();
  /** The term in which somebody first applied the entry: it was committed in that term or before. */
  readonly #committedIn = new Map<number, number>();
  #reads: { context: number; node: NodeId; floor: number }[] = [];
  #nextContext = 1;
  #nextValue = 1;
  readsAnswered = 0;
  confChanges = 0;
  snapshots = 0;

  constructor(seed: number, size: number, faults: Faults) {
    this.rng = seeded(seed);
    this.#faults = faults;
    const voters = Array.from({ length: size }, (_, i) => BigInt(i + 1));
    const conf: ConfState = { voters, learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
    this.#firstConf = conf;
    for (const id of voters) this.#addMember(id, conf);
  }

  #addMember(id: NodeId, conf: ConfState): void {
    const member = new Member(id, conf, (log) => this.#core(id, log, conf, 0));
    this.members.set(id, member);
  }

  #core(id: NodeId, log: MemoryLog, confState: ConfState, applied: number): RaftCore {
    return createRaft({
      id,
      electionTicks: 10,
      heartbeatTicks: 2,
      log,
      hardState: log.hardState,
      confState,
      applied,
      random: (bound) => this.rng.below(bound),
      preVote: true,
      checkQuorum: true,
      appendBytesMax: 64,
      inflightAppendsMax: 4,
      inflightAppendBytesMax: 256,
      uncommittedBytesMax: 4_096,
      committedBytesPerReadyMax: 128,
      readIndexPendingMax: 64,
    });
  }

  run(steps: number): void {
    for (let i = 0; i < steps; i++) this.step();
  }

  step(): void {
    const { rng } = this;
    const dice = rng.float();
    const member = this.#any();
    if (dice < 0.45) for (let n = rng.below(6); n >= 0; n--) this.#deliver();
    else if (dice < 0.55) this.#tick(member);
    else if (dice < 0.7) this.#propose(member);
    else if (dice < 0.76) this.#read(member);
    else if (dice < 0.92) this.#finishWrite(member);
    else if (dice < 0.94) this.#cutOrHeal(member);
    else if (dice < 0.95) this.#transfer(member);
    else if (dice < 0.95 + this.#faults.crash) this.#crash(member);
    else if (dice < 0.96 + this.#faults.crash) this.#lost(member);
    else if (rng.float() < this.#faults.confChange) this.#changeConf(member);
    else if (rng.float() < this.#faults.compact) this.#compact(member);
    for (const m of this.members.values()) {
      this.#pump(m);
      if (this.#takes(m)) this.#applyWaiting(m);
    }
    this.#check();
  }

  /** Whether the state machine takes what is committed in this step. */
  #takes(m: Member): boolean {
    const { lag = 0, stall = 0 } = this.#faults;
    if (!m.up) return false;
    if (m.stalled > 0) m.stalled--;
    else if (stall > 0 && this.rng.float() < stall) m.stalled = this.rng.below(STALL_STEPS);
    return m.stalled === 0 && this.rng.float() >= lag;
  }

  /** No faults any more: everything must come to agree within `rounds`. */
  settle(rounds: number): void {
    this.#cut.clear();
    for (const m of this.members.values()) if (!m.up) this.#restart(m);
    for (let i = 0; i < rounds; i++) {
      if (i % 20 === 0) this.#reportLostSnapshots();
      for (const m of this.members.values()) {
        m.core.tick();
        this.#pump(m);
        while (m.writes.length > 0) this.#finishWrite(m);
        this.#applyWaiting(m);
      }
      const batch = this.#network;
      this.#network = [];
      for (const message of batch) this.#hand(message);
      for (const m of this.members.values()) {
        this.#pump(m);
        while (m.writes.length > 0) this.#finishWrite(m);
        this.#applyWaiting(m);
      }
      this.#check();
    }
  }

  /** The host always learns whether a transfer arrived. */
  #reportLostSnapshots(): void {
    for (const m of this.members.values()) {
      for (const [id, progress] of m.core.status().progress) {
        if (progress.state === 'snapshot') m.core.reportSnapshot(id, false);
      }
    }
  }

  #any(): Member {
    const all = [...this.members.values()];
    return all[this.rng.below(all.length)] as Member;
  }

  #tick(m: Member): void {
    if (m.up) m.core.tick();
    else if (this.rng.float() < 0.1) this.#restart(m);
  }

  #propose(m: Member): void {
    if (!m.up) return;
    const data = Array.from({ length: 1 + this.rng.below(3) }, () => Buffer.from(`v${this.#nextValue++}`));
    m.core.propose(data);
    if (m.core.role === 'leader' && this.rng.float() < (this.#faults.strand ?? 0)) this.#strand(m);
  }

  #strand(leader: Member): void {
    this.#cut = new Set([leader.id]);
    const other = this.#any();
    if (this.members.size > 3 && this.rng.float() < 0.7) this.#cut.add(other.id);
  }

  #read(m: Member): void {
    if (!m.up) return;
    const context = this.#nextContext++;
    // Everything that anybody has applied by now was acknowledged to somebody, maybe.
    const floor = Math.max(...[...this.members.values()].map((x) => x.applied));
    if (m.core.readIndex(context).ok) this.#reads.push({ context, node: m.id, floor });
  }

  #transfer(m: Member): void {
    if (m.up) m.core.transferLeadership(this.#any().id);
  }

  #lost(m: Member): void {
    if (m.up) m.core.peerLost(this.#any().id);
  }

  #changeConf(m: Member): void {
    if (!m.up || m.core.role !== 'leader') return;
    if (this.#faults.stall !== undefined) return this.#replaceMost(m);
    const node = BigInt(1 + this.rng.below(6));
    // A new member either starts from the first configuration and replays the log, or it knows none and needs a state.
    if (!this.members.has(node)) this.#addMember(node, node % 2n === 0n ? this.#firstConf : NO_CONF);
    const kinds = ['addVoter', 'addLearner', 'remove'] as const;
    const change = { type: kinds[this.rng.below(3)] as (typeof kinds)[number], node };
    const other = { type: 'addVoter' as const, node: BigInt(1 + this.rng.below(6)) };
    const changes =
      this.rng.float() < 0.5 && other.node !== node && this.members.has(other.node) ? [change, other] : [change];
    const third = { type: 'remove' as const, node: BigInt(1 + this.rng.below(6)) };
    if (changes.length === 2 && this.rng.float() < 0.5 && !changes.some((c) => c.node === third.node))
      changes.push(third);
    const left = new Set(m.conf.voters);
    for (const c of changes) {
      if (c.type === 'addVoter') left.add(c.node);
      else left.delete(c.node);
    }
    if (left.size < 2) return;
    if (m.core.proposeConfChange(changes).ok) this.confChanges++;
  }

  /** Other voters at once: the majorities before and after need not share a member, but for the joint one between. */
  #replaceMost(leader: Member): void {
    const { voters } = leader.conf;
    const next = new Set([leader.id]);
    while (next.size < 3) next.add(BigInt(1 + this.rng.below(6)));
    const added = [...next].filter((id) => !voters.includes(id));
    for (const id of added) if (!this.members.has(id)) this.#addMember(id, this.#firstConf);
    const changes = [
      ...added.map((node) => ({ type: 'addVoter' as const, node })),
      ...voters.filter((id) => !next.has(id)).map((node) => ({ type: 'remove' as const, node })),
    ];
    if (changes.length > 0 && leader.core.proposeConfChange(changes).ok) this.confChanges++;
  }

  #compact(m: Member): void {
    if (!m.up) return;
    const index = m.applied - this.rng.below(3);
    const term = m.log.term(index);
    // Only what is durable may be cut away.
    if (index <= m.log.firstIndex || term === undefined || m.writes.length > 0) return;
    m.log.truncatePrefix({ index, term, confState: m.conf, id: 0 });
    m.log.flush();
  }

  #cutOrHeal(m: Member): void {
    const leader = [...this.members.values()].find((each) => each.core.role === 'leader');
    if (this.#faults.strand !== undefined) {
      // Seldom: the others must have the time for an election.
      const dice = this.rng.float();
      if (dice < STRAND_CHANGES) this.#cut.clear();
      else if (dice < 2 * STRAND_CHANGES && leader !== undefined) this.#strand(leader);
      return;
    }
    if (this.#cut.has(m.id)) this.#cut.delete(m.id);
    else if (this.#cut.size * 2 + 1 < this.members.size) this.#cut.add(m.id);
  }

  #crash(m: Member): void {
    if (!m.up) return this.#restart(m);
    m.up = false;
    m.writes = [];
    m.toApply = [];
    m.log.crash();
  }

  #restart(m: Member): void {
    m.up = true;
    m.lastCommit = 0;
    m.core = this.#core(m.id, m.log, m.conf, m.applied);
  }

  #deliver(): void {
    const { rng } = this;
    if (this.#network.length === 0) return;
    // Mostly in order, sometimes not.
    const at = rng.float() < 0.8 ? 0 : rng.below(this.#network.length);
    const [message] = this.#network.splice(at, 1) as [Message];
    if (rng.float() < this.#faults.duplicate) this.#network.push(message);
    if (rng.float() < this.#faults.loss || this.#cut.has(message.from) !== this.#cut.has(message.to)) return;
    this.#hand(message);
  }

  #hand(message: Message): void {
    const to = this.members.get(message.to);
    if (to === undefined || !to.up) return;
    to.core.step(message);
    this.#pump(to);
  }

  #pump(m: Member): void {
    while (m.up && m.core.hasReady() && !m.writes.some((w) => w.rd.snapshot !== undefined)) {
      const rd = m.core.ready();
      this.#emit(m, rd.messages);
      if (rd.snapshot !== undefined) m.log.restore(rd.snapshot);
      m.log.append(rd.entries);
      if (rd.hardState !== undefined) m.log.hardState = rd.hardState;
      const writes = rd.entries.length > 0 || rd.hardState !== undefined || rd.snapshot !== undefined;
      const last = m.log.lastIndex;
      if (writes) m.writes.push({ rd, term: m.log.term(last) ?? 0, index: last, makeDurable: m.log.mark() });
      else if (m.writes.length === 0) this.#emit(m, rd.messagesAfterPersist);
      else
        (m.writes.at(-1) as Write & { extra?: Message[] }).extra = [
          ...((m.writes.at(-1) as Write & { extra?: Message[] }).extra ?? []),
          ...rd.messagesAfterPersist,
        ];
      for (const entry of rd.committed) this.#sameAsOthers(entry, m.core.term);
      m.toApply.push(...rd.committed);
      if (this.#faults.lag === undefined) this.#applyWaiting(m);
      for (const { context, index } of rd.readStates) this.#answer(m, context, index);
      this.#reads = this.#reads.filter((r) => r.node !== m.id || !rd.readsDropped.includes(r.context));
    }
  }

  #emit(m: Member, messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.type === MessageType.snapshot) this.#sendSnapshot(m, message);
      else this.#network.push(message);
    }
  }

  /** The host moves the sender's present state, which may be newer than the point that was named. */
  #sendSnapshot(m: Member, message: Message): void {
    const meta: SnapshotMeta = { index: m.applied, term: m.appliedTerm, confState: m.conf, id: 1 };
    this.#network.push({ ...message, snapshot: meta });
    this.snapshots++;
  }

  #finishWrite(m: Member): void {
    const write = m.writes.shift() as (Write & { extra?: Message[] }) | undefined;
    if (write === undefined || !m.up) return;
    write.makeDurable();
    const { rd } = write;
    if (rd.snapshot !== undefined) {
      m.toApply = [];
      m.applied = rd.snapshot.index;
      m.appliedTerm = rd.snapshot.term;
      m.conf = rd.snapshot.confState;
      m.core.snapshotInstalled(rd.snapshot);
    }
    this.#emit(m, rd.messagesAfterPersist);
    m.core.persisted(write.term, write.index);
    this.#emit(m, write.extra ?? []);
    for (const to of this.members.values())
      if (to.core.role === 'leader' && this.rng.float() < 0.5) to.core.reportSnapshot(m.id, this.rng.float() < 0.8);
    this.#pump(m);
  }

  #applyWaiting(m: Member): void {
    if (m.writes.some((w) => w.rd.snapshot !== undefined)) return;
    const entries = m.toApply;
    m.toApply = [];
    for (const entry of entries) {
      invariant(entry.index === m.applied + 1, `node ${m.id} applies ${entry.index} after ${m.applied}`);
      if (entry.type === EntryType.confChange) m.conf = m.core.applyConfChange(entry);
      m.applied = entry.index;
      m.appliedTerm = entry.term;
      m.core.applied(entry.index);
    }
  }

  /** State machine safety: nobody applies anything else at the same index. */
  #sameAsOthers(entry: Entry, term: number): void {
    const known = this.committed.get(entry.index);
    if (known === undefined) {
      this.committed.set(entry.index, entry);
      this.#committedIn.set(entry.index, term);
    } else {
      const same = known.term === entry.term && Buffer.compare(known.data, entry.data) === 0;
      invariant(same, `two entries at index ${entry.index}: terms ${known.term} and ${entry.term}`);
    }
  }

  /** Linearizable reads: the index covers whatever anybody had applied when the read was asked. */
  #answer(m: Member, context: number, index: number): void {
    const at = this.#reads.findIndex((r) => r.context === context && r.node === m.id);
    invariant(at >= 0, `an answer to read ${context} that nobody waits for`);
    const [read] = this.#reads.splice(at, 1);
    invariant(index >= (read?.floor ?? 0), `read at ${index} misses ${read?.floor}`);
    this.readsAnswered++;
  }

  #check(): void {
    for (const m of this.members.values()) {
      if (!m.up) continue;
      const { term, role, commit } = m.core;
      invariant(term >= m.lastTerm || !m.up, `term of ${m.id} went back`);
      invariant(commit >= m.lastCommit, `commit index of ${m.id} went back from ${m.lastCommit} to ${commit}`);
      m.lastCommit = commit;
      if (role !== 'leader') continue;
      const known = this.#leaders.get(term);
      invariant(known === undefined || known === m.id, `two leaders in term ${term}: ${known} and ${m.id}`);
      if (known === undefined) this.#leaderComplete(m);
      this.#leaders.set(term, m.id);
    }
  }

  /** Leader completeness: a leader's log holds every entry that was committed in an earlier term. */
  #leaderComplete(m: Member): void {
    for (const [index, entry] of this.committed) {
      const term = m.log.term(index);
      if ((this.#committedIn.get(index) ?? 0) >= m.core.term) continue;
      const covered = index < m.log.firstIndex || term === entry.term;
      invariant(covered, `leader ${m.id} of term ${m.core.term} lacks committed entry ${index}`);
    }
  }
}
