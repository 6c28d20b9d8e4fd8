import type { Mutant } from '../types.js';

const LIVENESS = 'src/multiraft/liveness.ts';

/** Mistakes in how groups without work go quiet, and wake (docs/design/quiet.md). */
export const quietMutants: readonly Mutant[] = [
  {
    name: 'quiet-before-all-agree',
    layer: 'multiraft',
    what: 'A leader without work stops its clock without waiting until its followers have agreed: they hear nothing, and stand for election again and again.',
    patches: [
      {
        file: 'src/multiraft/quiet.ts',
        find: '    if (!raft.followers.every((id) => this.#agreed.has(id))) return;\n',
        replace: '',
      },
    ],
    hint: { world: 'quiet' },
  },
  {
    name: 'silent-leader-not-noticed',
    layer: 'multiraft',
    what: 'A follower that is quiet does not wake when nothing is heard of its leader any more: the group is left without one.',
    patches: [
      {
        file: LIVENESS,
        find: '    if (this.#followsSilent >= this.#ticksMax) this.follows.end(this.#followsSilent);\n',
        replace: '',
      },
    ],
    hint: { world: 'quiet' },
  },
  {
    name: 'quiet-outlives-stream',
    layer: 'multiraft',
    what: 'A follower goes on to count on a leader whose process is gone, and then on the one that was started in its place.',
    patches: [
      {
        file: LIVENESS,
        find: '    this.follows.end(this.#followsSilent);\n    this.leads.end(this.#leadsSilent);\n',
        replace: '    this.leads.end(this.#leadsSilent);\n',
      },
    ],
    hint: { world: 'quiet' },
  },
  {
    name: 'woken-follower-forgets-leader',
    layer: 'multiraft',
    what: 'A follower that is woken while its leader is heard of has the clock of one that has waited for an election timeout: it helps to depose the leader.',
    patches: [
      {
        file: 'src/multiraft/quiet.ts',
        find: 'this.#wakeUp(Math.min(silentTicks, this.#host.ticks() - agreed.sinceTick));',
        replace: 'this.#wakeUp(Math.max(silentTicks, this.#host.ticks() - agreed.sinceTick));',
      },
    ],
    hint: { world: 'quiet' },
  },
  {
    name: 'cut-off-leader-stays-quiet',
    layer: 'multiraft',
    what: 'A leader that is quiet does not wake when it hears nothing of its followers: cut off, it never steps down.',
    patches: [
      {
        file: LIVENESS,
        find: '    if (this.#leadsSilent >= this.#ticksMax) this.leads.end(this.#leadsSilent);\n',
        replace: '',
      },
    ],
    hint: { world: 'quiet' },
  },
];
