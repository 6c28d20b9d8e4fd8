// What a partition's leader does about leases with another home: before keys are attached to one, the home knows of
// it, and then it has a stub in this partition's log (rule F1); a cut ends that, whatever is under way (F2, F3).

import { errors } from '../errors.js';
import { limits } from '../limits.js';
import { type GroupHandle, type Leadership, PeerMethod } from '../multiraft/types.js';
import { decodeLives, encodeLives } from '../mvcc/lease-records.js';
import { CommandKind, type LeaseLife } from '../mvcc/types.js';
import type { Router } from '../placement/types.js';
import type { Runtime } from '../runtime/ports.js';
import { HomeCalls } from './home-calls.js';
import {
  ATTACHED,
  decodeFigures,
  decodeIds,
  encodeFigures,
  encodeIds,
  encodePartitionIds,
  GONE,
  UNDECIDED,
} from './wire.js';

/** A registration under way. */
interface Registering {
  /** Whatever the home answers to it is of no use any more. */
  cancelled: boolean;
  /** The stub is proposed. Settled: it is in the log, or never will be. */
  stub: Promise<void> | undefined;
}

interface Attempt {
  readonly state: Registering;
  readonly outcome: Promise<number>;
}

/** One leadership of the partition. What it has begun ends with it (F2). */
interface Office {
  readonly term: number;
  readonly attempts: Map<bigint, Attempt>;
}

export interface LeasePartitionOptions {
  readonly group: GroupHandle;
  readonly router: Router;
  readonly runtime: Pick<Runtime, 'timers' | 'logger'>;
}

export class LeasePartition {
  readonly #group: GroupHandle;
  readonly #router: Router;
  readonly #runtime: LeasePartitionOptions['runtime'];
  readonly #homes: HomeCalls;
  /** Undefined unless this node leads and has applied the no-op of its term. */
  #office: Office | undefined;
  #checking = false;
  #round: Iterator<LeaseLife> | undefined;
  readonly #timer: { cancel(): void };

  constructor({ group, router, runtime }: LeasePartitionOptions) {
    this.#group = group;
    this.#router = router;
    this.#runtime = runtime;
    this.#homes = new HomeCalls({
      timers: runtime.timers,
      callee: (home) => home,
      method: PeerMethod.leaseRegister,
      encode: (ids) => encodePartitionIds(group.id, ids),
    });
    group.onLeadership((leadership) => this.#onLeadership(leadership));
    group.setLeaderHandler(PeerMethod.leaseAttach, (body) => this.#attach(body));
    group.setLeaderHandler(PeerMethod.leaseCut, (body) => this.#cutAsked(body));
    this.#onLeadership(group.leadership);
    this.#timer = runtime.timers.every(limits.leaseStubCheckIntervalMs, () => void this.#checkStubs());
  }

  close(): void {
    this.#office = undefined;
    this.#timer.cancel();
  }

  #onLeadership({ ready, term }: Leadership): void {
    if (!ready) this.#office = undefined;
    else if (this.#office?.term !== term) this.#office = { term, attempts: new Map() };
  }

  #ready(): Office {
    if (this.#office === undefined) throw errors.noLeader();
    return this.#office;
  }

  // ---- attaching ----

  /** Per lease: ATTACHED, when its stub is applied here; GONE; or UNDECIDED: ask again. */
  async #attach(body: Uint8Array): Promise<Uint8Array> {
    const office = this.#ready();
    return encodeFigures(await Promise.all(decodeIds(body).map((id) => this.#attachOne(office, id))));
  }

  #attachOne(office: Office, id: bigint): Promise<number> {
    const { store } = this.#group;
    if (store.leaseStub(id) !== undefined) return Promise.resolve(ATTACHED);
    const underWay = office.attempts.get(id);
    if (underWay !== undefined) return underWay.outcome;
    if (store.leaseStubCount + office.attempts.size >= limits.leaseStubsMax) {
      return Promise.reject(errors.tooManyRequests());
    }
    const state: Registering = { cancelled: false, stub: undefined };
    const outcome = this.#register(office, id, state).finally(() => office.attempts.delete(id));
    office.attempts.set(id, { state, outcome });
    return outcome;
  }

  async #register(office: Office, id: bigint, state: Registering): Promise<number> {
    // F1: the home first. Its answer comes when the registration is committed and applied there.
    const incarnation = await this.#homes.ask(this.#router.forLease(id), id);
    if (incarnation === GONE || incarnation === UNDECIDED) return incarnation;
    // F2: a cut came meanwhile, and may be in the log: the stub must not follow it.
    if (state.cancelled || this.#office !== office) return UNDECIDED;
    state.stub = this.#logStub(office, { id, incarnation });
    await state.stub;
    // Cut off again, perhaps.
    return this.#group.store.leaseStub(id) === incarnation ? ATTACHED : UNDECIDED;
  }

  async #logStub({ term }: Office, life: LeaseLife): Promise<void> {
    const payload = encodeLives([life]);
    const { error } = await this.#group.propose(CommandKind.leaseStub, payload, limits.requestTimeoutMs, term);
    if (error !== undefined) throw error;
  }

  // ---- cutting ----

  async #cutAsked(body: Uint8Array): Promise<Uint8Array> {
    await this.#cut(this.#ready(), decodeLives(body));
    return NOTHING;
  }

  /** Resolves when the cut is applied: in this leadership, where nothing pending is left behind it. */
  async #cut(office: Office, lives: readonly LeaseLife[]): Promise<void> {
    // F2. Attempts that begin later find the lease revoking at its home.
    const stubs: Promise<void>[] = [];
    for (const { id } of lives) {
      const state = office.attempts.get(id)?.state;
      if (state === undefined) continue;
      state.cancelled = true;
      if (state.stub !== undefined) stubs.push(state.stub);
    }
    // One that is proposed may be put off, and then follow: only when it is in the log or void can the cut go there.
    await Promise.allSettled(stubs);
    if (this.#office !== office) throw errors.leaderChanged();
    // F3: logged without a stub as well, since one may be in the log that is not applied.
    const payload = encodeLives(lives);
    const { error } = await this.#group.propose(CommandKind.leaseCut, payload, limits.requestTimeoutMs, office.term);
    if (error !== undefined) throw error;
  }

  // ---- F9: leases that are gone, whatever the reason why this partition was not told ----

  async #checkStubs(): Promise<void> {
    const office = this.#office;
    if (office === undefined || this.#checking) return;
    this.#checking = true;
    const byHome = new Map<GroupHandle, LeaseLife[]>();
    for (const life of this.#nextStubs()) {
      const home = this.#router.forLease(life.id);
      const lives = byHome.get(home);
      if (lives === undefined) byHome.set(home, [life]);
      else lives.push(life);
    }
    const checks = [...byHome].map(([home, lives]) => this.#checkHome(office, home, lives));
    for (const outcome of await Promise.allSettled(checks)) {
      if (outcome.status === 'fulfilled') continue;
      this.#runtime.logger.warn({ err: outcome.reason, group: this.#group.id }, 'lease: stubs were not checked');
    }
    this.#checking = false;
  }

  /** A message's worth at a time, round after round, however many there are. */
  #nextStubs(): LeaseLife[] {
    const part: LeaseLife[] = [];
    while (part.length < limits.leaseCallsPerMessageMax) {
      this.#round ??= this.#group.store.leaseStubs()[Symbol.iterator]();
      const next = this.#round.next();
      if (next.done === true) {
        this.#round = undefined;
        break;
      }
      part.push(next.value);
    }
    return part;
  }

  async #checkHome(office: Office, home: GroupHandle, lives: readonly LeaseLife[]): Promise<void> {
    const body = await home.callLeader(PeerMethod.leaseIncarnation, encodeIds(lives.map(({ id }) => id)));
    const now = decodeFigures(body, lives.length);
    const gone = lives.filter(({ incarnation }, i) => now[i] !== incarnation);
    if (gone.length > 0 && this.#office === office) await this.#cut(office, gone);
  }
}

const NOTHING = Buffer.alloc(0);
