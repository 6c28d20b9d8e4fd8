// Revisions are unique and follow real time, whatever keys they belong to.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

interface Seen {
  readonly revision: number;
  readonly operation: Operation;
}

const field = (o: Operation, name: string): number => (o.output as Record<string, number>)[name] ?? 0;
const keyOf = (o: Operation): string => (o.input as { key: string }).key;

export function checkRevisions(history: History): Verdict {
  const operations = pair(history).filter((o) => o.type === 'ok');
  const findings = new Findings();
  checkUnique(operations, findings);
  checkOrder(operations, findings);
  const writes = operations.filter((o) => o.f === 'write').length;
  return findings.verdict('revision', { writes, reads: operations.length - writes });
}

function checkUnique(operations: readonly Operation[], findings: Findings): void {
  const owners = new Map<number, Operation>();
  for (const o of operations) {
    if (o.f !== 'write') continue;
    const revision = field(o, 'revision');
    const owner = owners.get(revision);
    if (owner !== undefined) {
      findings.add('revision-reused', `two writes were acknowledged with revision ${revision}`, [owner.index, o.index]);
    } else owners.set(revision, o);
  }
}

/** Goes through beginnings and ends in order, and compares each beginning with the largest that ended before. */
function checkOrder(operations: readonly Operation[], findings: Findings): void {
  const byEnd = [...operations].sort((a, b) => a.endIndex - b.endIndex);
  const newestOf = new Map<string, Seen>();
  let newest: Seen | undefined;
  let ended = 0;
  for (const o of operations) {
    for (; (byEnd[ended]?.endIndex ?? Number.POSITIVE_INFINITY) < o.index; ended++) {
      const before = byEnd[ended] as Operation;
      const seen = { revision: field(before, 'revision'), operation: before };
      if (newest === undefined || seen.revision > newest.revision) newest = seen;
      const known = newestOf.get(keyOf(before));
      const shown = before.f === 'write' ? seen.revision : field(before, 'modRevision');
      if (known === undefined || shown > known.revision)
        newestOf.set(keyOf(before), { revision: shown, operation: before });
    }
    compare(o, newest, newestOf.get(keyOf(o)), findings);
  }
}

function compare(o: Operation, newest: Seen | undefined, ofKey: Seen | undefined, findings: Findings): void {
  const revision = field(o, 'revision');
  const isBack = newest !== undefined && (o.f === 'write' ? revision <= newest.revision : revision < newest.revision);
  if (newest !== undefined && isBack) {
    findings.add(
      'revision-order',
      `a ${o.f} has revision ${revision}, and ${newest.revision} was known before it began`,
      [newest.operation.index, o.index],
    );
  }
  if (o.f !== 'read') return;
  const shown = field(o, 'modRevision');
  if (shown > revision) {
    findings.add('from-the-future', `a read at revision ${revision} shows a change of revision ${shown}`, [o.index]);
  }
  if (ofKey !== undefined && shown < ofKey.revision) {
    findings.add(
      'stale-read',
      `a read shows revision ${shown} of ${keyOf(o)}, and ${ofKey.revision} was known before it began`,
      [ofKey.operation.index, o.index],
    );
  }
}
