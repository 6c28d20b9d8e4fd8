// Commands of this node that wait for their outcome.
//
// A command is *placed* when it was appended by this node as leader of a term, or handed to the
// leader of that term. The void rule: once this node has applied an entry of a later term, a command
// placed in an earlier term that was not applied by then never will be: the later leader's log
// held everything of earlier terms that can ever commit, and nobody but the leader of the placing
// term accepts it (calls carry the term). Such a command is placed again, so that a change of
// leader costs the caller time but no error, and no command is applied twice.
// It holds for a node that applies the log itself: when a snapshot takes the place of entries, the
// outcome of what was placed stays open.

import { errors, type RpcError } from '../errors.js';
import { limits } from '../limits.js';
import { encodeCommand, stamp } from '../mvcc/command.js';
import type { ApplyResult, Command, CommandKind } from '../mvcc/types.js';
import type { NodeId } from '../raft/types.js';
import type { Random } from '../runtime/ports.js';

export interface Pending {
  readonly request: number;
  readonly data: Uint8Array;
  readonly deadlineMs: number;
  /** Term it was placed in; 0 while it waits for a leader. */
  term: number;
  /** The one term in which it may be placed, by this node as leader; 0: any. */
  readonly onlyInTerm: number;
  readonly resolve: (result: ApplyResult) => void;
  readonly reject: (error: Error) => void;
}

/** Forwarded commands of one call. */
const FORWARD_BYTES_MAX = 1024 * 1024;

export class Proposals {
  readonly #self: NodeId;
  readonly #pending = new Map<number, Pending>();
  #unplaced: Pending[] = [];
  #next: number;
  /** Some command was bound to a term: only then need batches be looked through for one. */
  #hasBound = false;
  failures = 0;

  constructor(self: NodeId, random: Random) {
    this.#self = self;
    // Numbers of an earlier life of this process may still be in the log: start far away from them.
    this.#next = Math.floor(random.float() * 2 ** 52);
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Rejects with tooManyRequests when limits.proposalsPendingMax wait already. */
  add(kind: CommandKind, payload: Uint8Array, deadlineMs: number, onlyInTerm = 0, revision = 0): Promise<ApplyResult> {
    if (this.#pending.size >= limits.proposalsPendingMax) return Promise.reject(errors.tooManyRequests());
    const request = this.#next++;
    if (onlyInTerm !== 0) this.#hasBound = true;
    return new Promise((resolve, reject) => {
      const plain = encodeCommand(kind, this.#self, request, payload);
      const data = revision > 0 ? stamp(plain, revision) : plain;
      const pending: Pending = { request, data, deadlineMs, term: 0, onlyInTerm, resolve, reject };
      this.#pending.set(request, pending);
      this.#unplaced.push(pending);
    });
  }

  get hasUnplaced(): boolean {
    return this.#unplaced.length > 0;
  }

  /**
   * Takes what waits to be placed; the caller places it or gives it back. `leadsTerm`: the term in
   * which this node leads, 0 when it does not; what may only be placed in another fails.
   */
  takeUnplaced(leadsTerm: number): Pending[] {
    const taken = this.#unplaced;
    this.#unplaced = [];
    if (!this.#hasBound) return taken;
    const late = (p: Pending): boolean => p.onlyInTerm !== 0 && p.onlyInTerm !== leadsTerm;
    this.#fail(taken.filter(late), errors.leaderChanged);
    return taken.filter((p) => !late(p));
  }

  /** Marks `batch` as placed in `term`. */
  placed(batch: readonly Pending[], term: number): void {
    for (const pending of batch) pending.term = term;
  }

  /**
   * The attempt to place `batch` in `term` (0: it was not even placed) was refused and is certain not to be applied: it
   * waits for a leader again. A refusal may come late: what is void and was placed again since is left alone, else it
   * would be applied twice.
   */
  refused(batch: readonly Pending[], term: number): void {
    for (const pending of batch) {
      if (!this.#pending.has(pending.request) || pending.term !== term) continue;
      pending.term = 0;
      this.#unplaced.push(pending);
    }
  }

  /** The attempt to place `batch` in `term` was refused, and another one would be no better. As for `refused`. */
  failed(batch: readonly Pending[], term: number, error: () => RpcError): void {
    this.#fail(
      batch.filter((pending) => pending.term === term),
      error,
    );
  }

  #fail(batch: readonly Pending[], error: () => RpcError): void {
    for (const pending of batch) {
      if (!this.#pending.delete(pending.request)) continue;
      this.failures++;
      pending.reject(error());
    }
  }

  applied(command: Command, result: ApplyResult): void {
    const pending = this.#pending.get(command.request);
    if (pending === undefined) return;
    this.#pending.delete(command.request);
    pending.resolve(result);
  }

  /** This node has applied the first entries of `term`: the void rule. */
  termApplied(term: number): void {
    for (const pending of this.#pending.values()) {
      if (pending.term === 0 || pending.term >= term) continue;
      pending.term = 0;
      this.#unplaced.push(pending);
    }
  }

  /**
   * A snapshot has replaced the state: what was placed may have been applied in it, or may never be.
   * The void rule can not tell, since this node has not seen the entries. The callers are told so.
   */
  superseded(error: () => RpcError): void {
    this.#fail(
      [...this.#pending.values()].filter((p) => p.term !== 0),
      error,
    );
  }

  expire(nowMs: number, error: () => RpcError): void {
    let expired = false;
    for (const pending of this.#pending.values()) {
      if (pending.deadlineMs > nowMs) continue;
      this.#pending.delete(pending.request);
      this.failures++;
      expired = true;
      pending.reject(error());
    }
    if (expired) this.#unplaced = this.#unplaced.filter((p) => this.#pending.has(p.request));
  }

  close(): void {
    this.#fail([...this.#pending.values()], errors.stopped);
    this.#unplaced = [];
  }
}

/** Parts of a batch that fit into one call each. */
export function* splitBySize(batch: Pending[]): Iterable<Pending[]> {
  let part: Pending[] = [];
  let bytes = 0;
  for (const pending of batch) {
    if (bytes > 0 && bytes + pending.data.length > FORWARD_BYTES_MAX) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(pending);
    bytes += pending.data.length;
  }
  if (part.length > 0) yield part;
}
