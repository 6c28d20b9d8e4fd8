// Plays a dialogue: a text whose lines `> command` drive a few cores, and answers with what each node
// does and sends. Lines that start with `#` are kept; everything else is the expected answer.

import { createRaft } from '../raft.js';
import {
  type ConfChange,
  type ConfState,
  type Entry,
  EntryType,
  type Message,
  MessageType,
  type NodeId,
  type RaftCore,
  type Ready,
} from '../types.js';
import { MemoryLog } from './memory-log.js';

interface Write {
  readonly rd: Ready;
  readonly term: number;
  readonly index: number;
  readonly makeDurable: () => void;
  readonly after: Message[];
}

interface Node {
  readonly id: NodeId;
  readonly log: MemoryLog;
  core: RaftCore;
  up: boolean;
  /** Writes wait for `persist` instead of being done at once. */
  held: boolean;
  applied: number;
  appliedTerm: number;
  conf: ConfState;
  writes: Write[];
}

interface Limits {
  inflight: number;
  bytes: number;
  uncommitted: number;
  append: number;
  reads: number;
}

const NAMES = Object.fromEntries(Object.entries(MessageType).map(([name, type]) => [type, name]));
const nodes = (ids: readonly NodeId[]): string => `[${ids.join(' ')}]`;

export function play(script: string): string {
  const player = new Player();
  const out: string[] = [];
  for (const line of script.split('\n')) {
    if (line.startsWith('#') || line === '') {
      if (line.startsWith('#')) out.push(line);
      continue;
    }
    if (!line.startsWith('> ')) continue;
    if (out.length > 0 && !out.at(-1)?.startsWith('#')) out.push('');
    out.push(line, ...player.command(line.slice(2).split(' ')));
  }
  return `${out.join('\n')}\n`;
}

class Player {
  readonly #nodes = new Map<NodeId, Node>();
  #network: Message[] = [];
  #said: string[] = [];
  #random: number[] = [];
  readonly #limits: Limits = { inflight: 8, bytes: 1_000, uncommitted: 100_000, append: 1_000, reads: 16 };

  command([name = '', ...args]: string[]): string[] {
    this.#said = [];
    this.#run(name, args);
    for (const node of this.#nodes.values()) this.#pump(node);
    return this.#said.map((line) => `  ${line}`);
  }

  #say(line: string): void {
    this.#said.push(line);
  }

  #node(id: string | undefined): Node {
    const node = this.#nodes.get(BigInt(id ?? '0'));
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  #run(name: string, args: string[]): void {
    const [first, second] = args;
    switch (name) {
      case 'limits':
        for (const arg of args) {
          const [key, value] = arg.split('=') as [keyof Limits, string];
          this.#limits[key] = Number(value);
        }
        return;
      case 'nodes':
        return this.#create(args);
      case 'random':
        this.#random.push(...args.map(Number));
        return;
      case 'tick':
        for (let i = 0; i < Number(second ?? 1); i++) {
          this.#node(first).core.tick();
          this.#pump(this.#node(first));
        }
        return;
      case 'campaign':
        return this.#node(first).core.campaign();
      case 'lost':
        return this.#node(first).core.peerLost(BigInt(second ?? 0));
      case 'propose':
        return this.#outcome(this.#node(first).core.propose(args.slice(1).map((a) => Buffer.from(a))));
      case 'conf':
        return this.#outcome(this.#node(first).core.proposeConfChange(changes(args.slice(1))));
      case 'leave':
        return this.#outcome(this.#node(first).core.proposeLeaveJoint());
      case 'read':
        return this.#outcome(this.#node(first).core.readIndex(Number(second)));
      case 'transfer':
        return this.#outcome(this.#node(first).core.transferLeadership(BigInt(second ?? 0)));
      case 'deliver':
        return this.#deliver(args);
      case 'drop':
        return this.#drop(args);
      case 'repeat':
        this.#network.push(...this.#select(args));
        return;
      case 'settle':
        return this.#settle();
      case 'hold':
        this.#node(first).held = true;
        return;
      case 'persist':
        return this.#finish(this.#node(first));
      case 'release':
        this.#node(first).held = false;
        while (this.#node(first).writes.length > 0) this.#finish(this.#node(first));
        return;
      case 'crash':
        return this.#crash(this.#node(first));
      case 'restart':
        return this.#restart(this.#node(first));
      case 'compact':
        return this.#compact(this.#node(first), Number(second));
      case 'unreachable':
        return this.#node(first).core.reportUnreachable(BigInt(second ?? 0));
      case 'snapshot':
        return this.#node(first).core.reportSnapshot(BigInt(second ?? 0), args[2] === 'ok');
      case 'status':
        return this.#status(this.#node(first));
      default:
        throw new Error(`unknown command ${name}`);
    }
  }

  #create(args: string[]): void {
    const at = args.indexOf('learners');
    const voters = args.slice(0, at === -1 ? undefined : at).map(BigInt);
    const learners = at === -1 ? [] : args.slice(at + 1).map(BigInt);
    const conf: ConfState = { voters, learners, votersOutgoing: [], learnersNext: [], autoLeave: false };
    for (const id of [...voters, ...learners]) this.#add(id, conf);
  }

  #add(id: NodeId, conf: ConfState): void {
    const log = new MemoryLog({ index: 0, term: 0, confState: conf, id: 0 });
    const core = this.#core(id, log, conf, 0);
    this.#nodes.set(id, { id, log, core, up: true, held: false, applied: 0, appliedTerm: 0, conf, writes: [] });
  }

  #core(id: NodeId, log: MemoryLog, confState: ConfState, applied: number): RaftCore {
    return createRaft({
      id,
      electionTicks: 10,
      heartbeatTicks: 1,
      log,
      hardState: log.hardState,
      confState,
      applied,
      random: (bound) => (this.#random.shift() ?? 0) % bound,
      preVote: true,
      checkQuorum: true,
      appendBytesMax: this.#limits.append,
      inflightAppendsMax: this.#limits.inflight,
      inflightAppendBytesMax: this.#limits.bytes,
      uncommittedBytesMax: this.#limits.uncommitted,
      committedBytesPerReadyMax: 10_000,
      readIndexPendingMax: this.#limits.reads,
    });
  }

  #outcome(result: { ok: boolean; reason?: string; firstIndex?: number }): void {
    if (!result.ok) this.#say(`refused: ${result.reason}`);
    else if (result.firstIndex !== undefined) this.#say(`taken at ${result.firstIndex}`);
  }

  #pump(node: Node): void {
    while (node.up && node.core.hasReady() && !node.writes.some((w) => w.rd.snapshot !== undefined)) {
      this.#handle(node, node.core.ready());
    }
  }

  #handle(node: Node, rd: Ready): void {
    const { id } = node;
    if (rd.softState !== undefined) {
      const leader = rd.softState.leader === 0n ? 'no leader' : `leader ${rd.softState.leader}`;
      this.#say(`${id} is ${rd.softState.role}, ${leader}, term ${node.core.term}`);
    }
    for (const m of rd.messages) this.#send(m);
    if (rd.snapshot !== undefined) node.log.restore(rd.snapshot);
    node.log.append(rd.entries);
    if (rd.hardState !== undefined) node.log.hardState = rd.hardState;
    this.#persist(node, rd);
    for (const entry of rd.committed) this.#apply(node, entry);
    for (const { context, index } of rd.readStates) this.#say(`${id} may answer read ${context} at ${index}`);
    for (const context of rd.readsDropped) this.#say(`${id} drops read ${context}`);
  }

  #persist(node: Node, rd: Ready): void {
    const index = node.log.lastIndex;
    const write: Write = {
      rd,
      term: node.log.term(index) ?? 0,
      index,
      makeDurable: node.log.mark(),
      after: [...rd.messagesAfterPersist],
    };
    if (rd.entries.length === 0 && rd.hardState === undefined && rd.snapshot === undefined) {
      const last = node.writes.at(-1);
      if (last === undefined) for (const m of write.after) this.#send(m);
      else last.after.push(...write.after);
      return;
    }
    node.writes.push(write);
    if (!node.held) this.#finish(node);
  }

  #finish(node: Node): void {
    const write = node.writes.shift();
    if (write === undefined) return;
    write.makeDurable();
    const { hardState, entries, snapshot } = write.rd;
    const parts: string[] = [];
    if (hardState !== undefined) parts.push(`term ${hardState.term} vote ${hardState.vote} commit ${hardState.commit}`);
    if (entries.length > 0) parts.push(`entries ${text(entries)}`);
    if (snapshot !== undefined) parts.push(`snapshot ${snapshot.index}/${snapshot.term}`);
    this.#say(`${node.id} has on disk: ${parts.join(', ')}`);
    if (snapshot !== undefined) {
      node.applied = snapshot.index;
      node.conf = snapshot.confState;
      node.core.snapshotInstalled(snapshot);
    }
    for (const m of write.after) this.#send(m);
    node.core.persisted(write.term, write.index);
    this.#pump(node);
  }

  #apply(node: Node, entry: Entry): void {
    if (entry.type === EntryType.confChange) {
      node.conf = node.core.applyConfChange(entry);
      const { voters, votersOutgoing, learners, learnersNext } = node.conf;
      const joint = votersOutgoing.length > 0 ? ` and ${nodes(votersOutgoing)}` : '';
      const next = learnersNext.length > 0 ? ` (next ${nodes(learnersNext)})` : '';
      this.#say(
        `${node.id} applies ${entry.index}: voters ${nodes(voters)}${joint}, learners ${nodes(learners)}${next}`,
      );
    } else this.#say(`${node.id} applies ${text([entry])}`);
    node.applied = entry.index;
    node.appliedTerm = entry.term;
    node.core.applied(entry.index);
  }

  #send(m: Message): void {
    let message = m;
    if (m.type === MessageType.snapshot && m.snapshot !== undefined) {
      const from = this.#node(String(m.from));
      message = {
        ...m,
        snapshot: { ...m.snapshot, index: from.applied, term: from.appliedTerm, confState: from.conf },
      };
    }
    this.#network.push(message);
    this.#say(describe(message));
  }

  #matches(m: Message, pattern: string): boolean {
    const [from, to] = pattern.split('->');
    return (from === '*' || from === String(m.from)) && (to === '*' || to === String(m.to));
  }

  #select(args: string[]): Message[] {
    const patterns = args.length === 0 ? ['*->*'] : args;
    return this.#network.filter((m) => patterns.some((p) => this.#matches(m, p)));
  }

  #take(args: string[]): Message[] {
    const taken = this.#select(args);
    this.#network = this.#network.filter((m) => !taken.includes(m));
    return taken;
  }

  #deliver(args: string[]): void {
    for (const m of this.#take(args)) {
      const to = this.#nodes.get(m.to);
      if (to === undefined && m.type !== MessageType.snapshot) this.#add(m.to, this.#firstConf());
      const node = this.#nodes.get(m.to);
      if (node === undefined || !node.up) continue;
      node.core.step(m);
      this.#pump(node);
    }
  }

  #firstConf(): ConfState {
    return [...this.#nodes.values()][0]?.log.snapshot().confState as ConfState;
  }

  #drop(args: string[]): void {
    this.#say(`${this.#take(args).length} lost`);
  }

  #settle(): void {
    for (let i = 0; i < 100; i++) {
      for (const node of this.#nodes.values()) this.#pump(node);
      if (this.#network.length === 0) return;
      this.#deliver([]);
    }
    throw new Error('it never settles');
  }

  #crash(node: Node): void {
    node.up = false;
    node.writes = [];
    node.log.crash();
  }

  #restart(node: Node): void {
    node.up = true;
    node.core = this.#core(node.id, node.log, node.conf, node.applied);
  }

  #compact(node: Node, index: number): void {
    node.log.truncatePrefix({ index, term: node.log.term(index) ?? 0, confState: node.conf, id: 0 });
    node.log.flush();
  }

  #status(node: Node): void {
    const s = node.core.status();
    this.#say(
      `${s.id}: ${s.role}, term ${s.term}, vote ${s.vote}, commit ${s.commit}, applied ${s.applied}, last ${s.lastIndex}`,
    );
    for (const [id, p] of s.progress) {
      const active = p.recentlyActive ? '' : ', silent';
      this.#say(
        `  ${id}: ${p.state}, match ${p.match}, next ${p.next}, in flight ${p.inflight}${active}${p.learner ? ', learner' : ''}`,
      );
    }
  }
}

function changes(args: string[]): ConfChange[] {
  return args.map((arg) => {
    const [type, node] = arg.split(':');
    return { type: type as ConfChange['type'], node: BigInt(node ?? 0) };
  });
}

const text = (entries: readonly Entry[]): string =>
  entries
    .map(
      (e) =>
        `${e.index}/${e.term}${e.type === EntryType.confChange ? ' conf' : e.data.length === 0 ? ' no-op' : ` "${short(e.data)}"`}`,
    )
    .join(', ');

function short(data: Uint8Array): string {
  const whole = Buffer.from(data).toString('utf8');
  return whole.length <= 12 ? whole : `${whole.slice(0, 6)}…${whole.length}`;
}

function describe(m: Message): string {
  const parts = [`${m.from} -> ${m.to} ${NAMES[m.type]}`, `term ${m.term}`];
  if (m.reject) parts.push('refused');
  if (m.index > 0 || m.logTerm > 0) parts.push(`at ${m.index}/${m.logTerm}`);
  if (m.reject && m.rejectHint > 0) parts.push(`hint ${m.rejectHint}`);
  if (m.commit > 0) parts.push(`commit ${m.commit}`);
  if (m.context > 0) parts.push(m.type === MessageType.append ? 'no answer wanted' : `round ${m.context}`);
  if (m.force) parts.push('forced');
  if (m.entries.length > 0) parts.push(`entries ${text(m.entries)}`);
  if (m.snapshot !== undefined) parts.push(`snapshot ${m.snapshot.index}/${m.snapshot.term}`);
  return parts.join(', ');
}
