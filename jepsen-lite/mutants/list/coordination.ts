import type { Mutant } from '../types.js';

const CANDIDATES = 'src/client/candidates.ts';
const NOT_CHECKED = {
  file: CANDIDATES,
  find: 'if (first === undefined || first.createRevision !== token || Buffer.compare(first.key, key) !== 0)',
  replace: 'if (first === undefined)',
} as const;

/** Mistakes in locks and elections. */
export const coordinationMutants: readonly Mutant[] = [
  {
    name: 'lock-without-order',
    layer: 'coordination',
    what: 'Who waits for a lock takes it when the one before it is gone, without looking whether others are still before it.',
    patches: [
      NOT_CHECKED,
      {
        file: CANDIDATES,
        find: '      await this.deletion(kv.key, revision + 1, signal);\n    }',
        replace: '      await this.deletion(kv.key, revision + 1, signal);\n      return;\n    }',
      },
    ],
    hint: { workloads: ['lock'], faults: ['clientsCut', 'isolate', 'crash'] },
  },
  {
    name: 'lock-taken-on-suspicion',
    layer: 'coordination',
    what: 'Who waits for a lock takes it when its holder has had it for longer than a TTL: the holder may have renewed its lease.',
    patches: [
      NOT_CHECKED,
      {
        file: CANDIDATES,
        find: '      await this.deletion(kv.key, revision + 1, signal);\n    }',
        replace:
          '      const late = new Promise<boolean>((resolve) => this.environment.after(2_000, () => resolve(true)));\n      const gone = this.deletion(kv.key, revision + 1, signal).then(() => false);\n      if (await Promise.race([gone, late])) return;\n    }',
      },
    ],
    hint: { workloads: ['lock'], faults: ['clientsCut', 'freeze', 'isolateLeader'] },
  },
  {
    name: 'release-hits-successor',
    layer: 'coordination',
    what: 'Giving a lock up deletes its key whichever candidature it belongs to: a repetition that comes late takes the lock from its next holder.',
    patches: [
      {
        file: CANDIDATES,
        find: '{ compare: [when.held(candidate)], success: [op.delete(key)], failure: [op.get(key)] }',
        replace: '{ success: [op.delete(key)] }',
      },
    ],
    hint: { workloads: ['lock'], faults: ['freeze'] },
  },
];
