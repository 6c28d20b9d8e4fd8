import type { Mutant } from '../types.js';

const KV = 'src/api/kv.ts';

/** Mistakes in the services that clients call. */
export const apiMutants: readonly Mutant[] = [
  {
    name: 'read-transaction-not-confirmed',
    layer: 'api',
    what: 'A transaction that only reads is answered from the state of the member that was asked: it misses what was acknowledged elsewhere.',
    patches: [
      {
        file: KV,
        find: 'if (!serializable) await group.readIndex();',
        replace: 'if (!serializable) await Promise.resolve();',
      },
    ],
    hint: { workloads: ['append'], faults: ['isolate', 'delay', 'slowDisk'] },
  },
  {
    name: 'compared-before-the-log',
    layer: 'api',
    what: 'The compares of a transaction are evaluated where it was asked, before it is in the log: what they found may have changed by then.',
    patches: [
      {
        file: KV,
        find: 'return this.#api.services.lessor\n      .propose(group, CommandKind.txn, context.raw, leasesOf(request), timeLeft(context))\n      .then((result) => this.#txnDone(group, result));',
        replace:
          "const compares = { ...request, success: [], failure: [] };\n    return readTxn(() => momentOfStore(group.store), compares).then(async ({ response: { succeeded } }) => {\n      const chosen = { compare: [], success: succeeded ? request.success : request.failure, failure: [] };\n      const result = await group.propose(CommandKind.txn, TxnRequest.encode(chosen), timeLeft(context));\n      if (result.response.kind === 'txn') result.response.txn.succeeded = succeeded;\n      return this.#txnDone(group, result);\n    });",
      },
    ],
    hint: { workloads: ['register', 'append'], faults: ['isolate', 'delay', 'slowDisk'] },
  },
];
