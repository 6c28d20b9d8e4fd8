// List-append in the manner of Elle (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from
// Experimental Observations", 2020): lists only grow, so each read tells the versions that its key had
// before. From that follow the dependencies of transactions on each other, and a cycle of them is an anomaly.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { cyclesOf } from './append-cycles.js';
import { dependenciesOf } from './append-dependencies.js';
import { findDirtyUpdates, findForeign, findInternal } from './append-direct.js';
import { addCycle } from './append-explain.js';
import { ordersOf, readsOf } from './append-orders.js';
import { realTimeOf } from './append-realtime.js';
import { txnsOf, writersOf } from './append-txns.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

/**
 * Whether the transactions are strictly serializable. Operations: `txn`, a list of `['append', key,
 * element]` and `['r', key, null]`; elements are unique for their key, and an answer has lists in the
 * place of null (which stands for an empty one). Transactions without an answer count once a read shows
 * that they took effect.
 *
 * Anomalies: `internal`, `duplicate-element`, `phantom` (nobody appended it), `G1a`, `G1b`,
 * `dirty-update`, `incompatible-order`; and cycles: `G0`, `G1c`, `G-single`, `G2`, with `-realtime`
 * behind when they need real time. An acknowledged append that later reads lack is a `G-single-realtime`.
 * Throws on histories of another form.
 */
export function checkAppend(history: History): Verdict {
  const findings = new Findings();
  const txns = txnsOf(pair(history));
  const writers = writersOf(txns);
  const reads = readsOf(txns);
  findInternal(txns, findings);
  findForeign(reads, writers, findings);
  const orders = ordersOf(reads, writers, findings);
  findDirtyUpdates(orders, writers, findings);
  const dependencies = dependenciesOf(txns, orders, writers);
  const after = realTimeOf(txns, dependencies.committed);
  for (const cycle of cyclesOf({ ...dependencies, after })) addCycle(findings, cycle, txns);
  const count = (type: Operation['type']): number => txns.filter(({ operation }) => operation.type === type).length;
  return findings.verdict('append', {
    transactions: txns.length,
    ok: count('ok'),
    failed: count('fail'),
    unknown: count('info'),
    keys: orders.size,
    reads: reads.length,
    appends: [...writers.values()].reduce((sum, ofKey) => sum + ofKey.size, 0),
    dependencies: dependencies.edges.reduce((sum, edges) => sum + edges.length, 0),
  });
}
