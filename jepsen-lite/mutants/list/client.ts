import type { Mutant } from '../types.js';

/** Mistakes in the client library. */
export const clientMutants: readonly Mutant[] = [
  {
    name: 'unknown-writes-repeated',
    layer: 'client',
    what: 'A write whose connection was lost is sent again although it may have taken effect: it is applied twice.',
    patches: [
      {
        file: 'src/client/connection.ts',
        find: "if (!failure.retryable && !(kind === 'read' && isTransient)) throw failure;",
        replace: 'if (!failure.retryable && !isTransient) throw failure;',
      },
    ],
    hint: { workloads: ['register', 'watch'], faults: ['reset', 'crash'] },
  },
  {
    name: 'session-counts-from-answer',
    layer: 'client',
    what: 'A session counts its TTL from when the renewal was answered, with no margin: its holder goes on while the lease is over.',
    patches: [
      {
        file: 'src/client/keep-alive.ts',
        find: 'kept.lease.renewed(sentAtMs, response.TTL);',
        replace: 'kept.lease.renewed(this.#connection.environment.nowMs(), response.TTL);',
      },
      {
        file: 'src/client/session.ts',
        find: 'this.#endsAtMs = sentAtMs + ttlMs - Math.min(MARGIN_MS_MAX, ttlMs * MARGIN_OF_TTL);',
        replace: 'this.#endsAtMs = sentAtMs + ttlMs - Math.min(0, MARGIN_MS_MAX, ttlMs * MARGIN_OF_TTL);',
      },
    ],
    hint: { workloads: ['lock'], faults: ['clientsCut', 'clientsDelay'] },
  },
  {
    name: 'lost-session-not-noticed',
    layer: 'client',
    what: 'A session ends only when the server says so, not when it could not be renewed in time: its holder goes on while another has the lock.',
    patches: [
      {
        file: 'src/client/session.ts',
        find: "if (leftMs <= 0) this.#end(new RpcError(Code.unavailable, 'the lease could not be renewed in time'));",
        replace: 'if (leftMs <= 0) this.#expiry = undefined;',
      },
      {
        file: 'src/client/session.ts',
        find: 'return !this.#abort.signal.aborted && this.#connection.environment.nowMs() < this.#endsAtMs;',
        replace: 'return !this.#abort.signal.aborted;',
      },
    ],
    hint: { workloads: ['lock', 'election'], faults: ['clientsCut'] },
  },
  {
    name: 'watch-resumes-one-too-late',
    layer: 'client',
    what: 'A watch that goes on after a lost connection begins behind the revision that it would need next: that one is never seen.',
    patches: [
      {
        file: 'src/client/watcher.ts',
        find: '  interrupted(): void {\n    this.#pieces = [];',
        replace:
          '  interrupted(): void {\n    if (this.#nextRevision > (this.request.startRevision ?? 0)) this.#nextRevision++;\n    this.#pieces = [];',
      },
    ],
    hint: { workloads: ['watch'], faults: ['reset', 'crash', 'clientsCut'] },
  },
];
