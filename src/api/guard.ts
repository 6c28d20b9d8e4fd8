// What is checked before every call: the caller may ask for a leader, and a learner answers little.

import { errors } from '../errors.js';
import type { Timer } from '../runtime/ports.js';
import type { CallContext, ServerStream } from '../runtime/rpc.js';
import type { NodeServices } from './services.js';

/** Metadata with which a client refuses to be served by a member that knows no leader. */
const REQUIRE_LEADER = 'hasleader';

/** Election timeouts without a leader after which streams that asked for one are cut (etcd's figure). */
const LEADERLESS_TIMEOUTS_MAX = 3;

export class Guard {
  readonly #services: NodeServices;
  /** Streams that asked for a leader: how to cut each. */
  readonly #streams = new Set<() => void>();
  /** What the member table of that version says of this member; undefined: nothing. */
  #own: { readonly version: number; readonly learns: boolean | undefined } | undefined;
  #timer: Timer | undefined;
  #leaderless = 0;

  constructor(services: NodeServices) {
    this.#services = services;
  }

  /**
   * What a caller wants to know: that this member is not cut off from the others. With several partitions one group may be
   * without a leader for a reason of its own, the system group, too: calls that need that one find out by themselves.
   */
  get hasLeader(): boolean {
    const { system, groups } = this.#services.router;
    return system.leadership.leader !== 0n || groups.some(({ leadership }) => leadership.leader !== 0n);
  }

  get isLearner(): boolean {
    const { memberId, router } = this.#services;
    const { memberTable, confState } = router.system.store;
    if (this.#own?.version !== memberTable.version) {
      const { version } = memberTable;
      // A voter that has just joined serves, although it learns in the groups until it has caught up.
      this.#own = { version, learns: memberTable.members.get(memberId)?.isLearner };
    }
    return this.#own.learns ?? confState.learners.includes(memberId);
  }

  /** Throws noLeader or learnerUnsupported. */
  check(context: CallContext, learnerServes: boolean): void {
    if (!learnerServes && this.isLearner) throw errors.learnerUnsupported();
    if (context.metadata.get(REQUIRE_LEADER) === 'true' && !this.hasLeader) throw errors.noLeader();
  }

  /**
   * Runs a stream's handler. If the caller asked for a leader the stream is failed, and the handler
   * told as of a cancel, once this member is without one for too long.
   */
  stream<Res>(
    context: CallContext,
    out: ServerStream<Res>,
    run: (context: CallContext, out: ServerStream<Res>) => void,
  ): void {
    if (context.metadata.get(REQUIRE_LEADER) !== 'true') {
      run(context, out);
      return;
    }
    const forget = (): void => this.#forget(cut);
    const bound = new LeaderBoundContext(context);
    const cut = (): void => {
      out.fail(errors.noLeader());
      bound.cancel();
    };
    this.#streams.add(cut);
    this.#timer ??= this.#services.runtime.timers.every(this.#services.config.electionMs, () => this.#tick());
    context.onCancel(() => {
      forget();
      bound.cancel();
    });
    const stream: ServerStream<Res> = {
      send: (response) => out.send(response),
      onDrain: (fn) => out.onDrain(fn),
      end: () => {
        forget();
        out.end();
      },
      fail: (error) => {
        forget();
        out.fail(error);
      },
    };
    try {
      run(bound, stream);
    } catch (error) {
      stream.fail(error);
    }
  }

  #tick(): void {
    this.#leaderless = this.hasLeader ? 0 : this.#leaderless + 1;
    if (this.#leaderless < LEADERLESS_TIMEOUTS_MAX) return;
    for (const cut of [...this.#streams]) {
      this.#forget(cut);
      cut();
    }
  }

  /** The timer runs only while a stream needs it, so that nothing has to be closed. */
  #forget(cut: () => void): void {
    this.#streams.delete(cut);
    if (this.#streams.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#leaderless = 0;
  }
}

/** Passes everything on, and can be cancelled from this side too. */
class LeaderBoundContext implements CallContext {
  readonly #context: CallContext;
  readonly #cancels: (() => void)[] = [];
  #cancelled = false;

  constructor(context: CallContext) {
    this.#context = context;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#context.metadata;
  }

  get raw(): Uint8Array {
    return this.#context.raw;
  }

  get peer(): string {
    return this.#context.peer;
  }

  get deadlineMs(): number | undefined {
    return this.#context.deadlineMs;
  }

  onCancel(fn: () => void): void {
    this.#cancels.push(fn);
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const fn of this.#cancels) fn();
  }
}
