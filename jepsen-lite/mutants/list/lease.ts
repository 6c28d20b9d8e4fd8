import type { Mutant } from '../types.js';

const HOME = 'src/lease/lease-home.ts';
const EXPIRY = 'src/lease/expiry.ts';

/** Mistakes in when leases end. */
export const leaseMutants: readonly Mutant[] = [
  {
    name: 'expired-by-deposed-leader',
    layer: 'lease',
    what: 'A leader ends leases without asking whether it still leads, in whatever term the command comes to be: its successor has renewed them.',
    patches: [
      {
        file: EXPIRY,
        find: 'const confirmed = await this.#group.confirmLeadership().then(\n      () => true,\n      () => false,\n    );',
        replace: 'const confirmed = await Promise.resolve(true);',
      },
      {
        file: EXPIRY,
        find: 'payload, limits.requestTimeoutMs, deadlines.term).then(',
        replace: 'payload, limits.requestTimeoutMs).then(',
      },
    ],
    hint: { workloads: ['lease'], faults: ['freeze'] },
  },
  {
    name: 'deadlines-by-wall-clock',
    layer: 'lease',
    what: 'Deadlines of leases follow the time of day: when the clock is set, leases end early, or never.',
    patches: [
      {
        file: HOME,
        find: '    this.#runtime = runtime;\n    this.#gate = new LeadershipGate(group, runtime.timers);\n    this.#expiry = new Expiry(group, runtime);',
        replace:
          '    const wallMs = (): number => runtime.clock.wallMs();\n    const { timers, logger } = runtime;\n    this.#runtime = { timers, logger, clock: { monotonicMs: wallMs, wallMs } };\n    this.#gate = new LeadershipGate(group, runtime.timers);\n    this.#expiry = new Expiry(group, this.#runtime);',
      },
    ],
    hint: { workloads: ['lease'], faults: ['clockJump'] },
  },
  {
    name: 'new-leader-counts-from-grant',
    layer: 'lease',
    what: 'A new leader counts the TTL from the grant instead of from its own beginning: leases end that were renewed at its predecessor.',
    patches: [
      {
        file: HOME,
        find: '  #count = 0;\n\n  /** `partition`',
        replace: '  #count = 0;\n  readonly #grantedMs = new Map<bigint, number>();\n\n  /** `partition`',
      },
      {
        file: HOME,
        find: '        this.#count++;\n        this.#deadlines?.add',
        replace:
          '        this.#count++;\n        this.#grantedMs.set(lease.id, this.#runtime.clock.monotonicMs());\n        this.#deadlines?.add',
      },
      {
        file: HOME,
        find: 'for (const lease of this.#group.store.leases()) deadlines.add(lease.id, lease.ttlSeconds);',
        replace:
          'for (const lease of this.#group.store.leases()) {\n      deadlines.add(lease.id, lease.ttlSeconds, this.#grantedMs.get(lease.id));\n    }',
      },
      {
        file: 'src/lease/deadlines.ts',
        find: 'add(id: bigint, ttlSeconds: number): void {',
        replace: 'add(id: bigint, ttlSeconds: number, fromMs = this.#clock.monotonicMs()): void {',
      },
      {
        file: 'src/lease/deadlines.ts',
        find: 'const deadlineMs = this.#clock.monotonicMs() + ttlMs;',
        replace: 'const deadlineMs = fromMs + ttlMs;',
      },
    ],
    hint: { workloads: ['lease'], faults: ['moveLeader', 'isolateLeader'] },
  },
  {
    name: 'renewed-while-ending',
    layer: 'lease',
    what: 'A keep-alive is acknowledged although the end of the lease is in the log already: the holder is promised what will not be.',
    patches: [
      {
        file: HOME,
        find: '    if (tenure.ending) return UNDECIDED;\n',
        replace: '',
      },
    ],
    hint: { workloads: ['lease'], faults: ['slowDisk', 'delay', 'clientsCut'] },
  },
  {
    name: 'renewal-after-a-pause',
    layer: 'lease',
    what: 'A keep-alive is acknowledged however long ago leadership was confirmed: a leader that stood still promises what its successor has ended.',
    patches: [
      {
        file: HOME,
        find: '    if ((nowMs - arrivedMs) * 2 > tenure.ttlMs) return UNDECIDED;\n',
        replace: '    if (nowMs < arrivedMs) return UNDECIDED;\n',
      },
      {
        file: HOME,
        find: '      await this.#gate.pass(); // F7: confirmed after arrival, one round for all that came',
        replace: '      await Promise.resolve();',
      },
    ],
    hint: { workloads: ['lease'], faults: ['freeze', 'isolateLeader'] },
  },
];
