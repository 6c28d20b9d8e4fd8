// A set that only grows: what was acknowledged stays, and nothing else appears.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

export function checkSet(history: History): Verdict {
  const operations = pair(history);
  const adds = new Map<number, Operation>();
  for (const o of operations) if (o.f === 'add') adds.set(o.input as number, o);
  const reads = operations.filter((o) => o.f === 'read' && o.type === 'ok').sort((a, b) => a.index - b.index);
  const findings = new Findings();
  for (const read of reads) checkElements(read, adds, findings);
  checkAcknowledged(reads, adds, findings);
  checkVanished(reads, findings);
  return findings.verdict('set', { adds: adds.size, reads: reads.length });
}

function checkElements(read: Operation, adds: ReadonlyMap<number, Operation>, findings: Findings): void {
  const seen = new Set<number>();
  for (const element of read.output as number[]) {
    const add = adds.get(element);
    if (seen.has(element)) findings.add('duplicate', `a read shows ${element} twice`, [read.index]);
    seen.add(element);
    if (add === undefined) findings.add('phantom', `a read shows ${element}, which nobody added`, [read.index]);
    else if (add.type === 'fail') {
      findings.add('phantom', `a read shows ${element}, whose addition had failed`, [add.index, read.index]);
    } else if (read.endIndex < add.index) {
      findings.add('phantom', `a read shows ${element} before it was added`, [read.index, add.index]);
    }
  }
}

/** In the order in which they begin, reads must show everything that was acknowledged before. */
function checkAcknowledged(
  reads: readonly Operation[],
  adds: ReadonlyMap<number, Operation>,
  findings: Findings,
): void {
  const acknowledged = [...adds.values()].filter((a) => a.type === 'ok').sort((a, b) => a.endIndex - b.endIndex);
  const lost = new Set<number>();
  for (const read of reads) {
    const shown = new Set(read.output as number[]);
    for (const add of acknowledged) {
      if (add.endIndex > read.index) break;
      const element = add.input as number;
      if (shown.has(element) || lost.has(element)) continue;
      lost.add(element);
      findings.add('lost', `${element} was acknowledged, and a read that began later does not show it`, [
        add.index,
        read.index,
      ]);
    }
  }
}

function checkVanished(reads: readonly Operation[], findings: Findings): void {
  /** Of each element, the read that showed it and ended first. */
  const first = new Map<number, Operation>();
  for (const read of [...reads].sort((a, b) => a.endIndex - b.endIndex)) {
    for (const element of read.output as number[]) if (!first.has(element)) first.set(element, read);
  }
  const byEnd = [...first].sort(([, a], [, b]) => a.endIndex - b.endIndex);
  const gone = new Set<number>();
  for (const read of reads) {
    const shown = new Set(read.output as number[]);
    for (const [element, earlier] of byEnd) {
      if (earlier.endIndex > read.index) break;
      if (shown.has(element) || gone.has(element)) continue;
      gone.add(element);
      findings.add('vanished', `a read showed ${element}, and one that began later does not`, [
        earlier.index,
        read.index,
      ]);
    }
  }
}
