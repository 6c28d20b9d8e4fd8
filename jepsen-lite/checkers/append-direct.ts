// What single reads show: contradictions to the transaction itself, and elements that must not be seen.

import type { Orders, Read } from './append-orders.js';
import { nameOf, show, type Txn, type Writer, type Writers } from './append-txns.js';
import type { Findings } from './findings.js';

/** `internal`: one of each transaction. */
export function findInternal(txns: readonly Txn[], findings: Findings): void {
  for (const txn of txns) {
    const message = txn.operation.type === 'ok' ? contradiction(txn) : undefined;
    if (message !== undefined) findings.add('internal', message, [txn.operation]);
  }
}

/** What a transaction knows of a list: all of it once it has read it, else how it must end. */
interface Known {
  readonly list: readonly number[];
  readonly isWhole: boolean;
}

function contradiction(txn: Txn): string | undefined {
  const known = new Map<string, Known>();
  for (const micro of txn.micros) {
    const { list, isWhole } = known.get(micro.key) ?? { list: [], isWhole: false };
    if (micro.f === 'append') {
      known.set(micro.key, { list: [...list, micro.element], isWhole });
      continue;
    }
    const read = micro.list ?? [];
    const matches = isWhole ? isSame(read, list) : isSame(read.slice(Math.max(0, read.length - list.length)), list);
    if (!matches) {
      const must = isWhole ? `must be ${show(list)}` : `must end with its own ${show(list)}`;
      return `${nameOf(txn)} read ${show(read)} of ${micro.key}: by what it did before, it ${must}`;
    }
    known.set(micro.key, { list: read, isWhole: true });
  }
  return undefined;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((element, i) => element === b[i]);
}

/** `duplicate-element`, `phantom`, `G1a`, `G1b`: each told of the first read that shows an element so. */
export function findForeign(reads: readonly Read[], writers: Writers, findings: Findings): void {
  const told = new Set<string>();
  const once = (name: string, read: Read, element: number, message: string, writer?: Writer): void => {
    const mark = JSON.stringify([name, read.key, element]);
    if (told.has(mark)) return;
    told.add(mark);
    const shownBy = writer === undefined ? [read.txn.operation] : [writer.txn.operation, read.txn.operation];
    const shown = `${nameOf(read.txn)} read ${show(read.list)} of ${read.key}`;
    findings.add(name, `${shown}: ${message}`, shownBy, { key: read.key, element });
  };
  for (const read of reads) {
    const ofKey = writers.get(read.key);
    const before = new Set<number>();
    for (const element of read.list) {
      if (before.has(element)) once('duplicate-element', read, element, `${element} was appended only once`);
      before.add(element);
      const writer = ofKey?.get(element);
      if (writer === undefined) once('phantom', read, element, `nobody appended ${element}`);
      else if (writer.txn.operation.type === 'fail')
        once('G1a', read, element, `${nameOf(writer.txn)}, which appended ${element}, had failed`, writer);
    }
    const last = read.list.at(-1);
    const writer = last === undefined ? undefined : ofKey?.get(last);
    if (last !== undefined && writer !== undefined && writer.txn !== read.txn && !writer.isFinal)
      once('G1b', read, last, `${nameOf(writer.txn)} appended more to it after ${last}`, writer);
  }
}

/** `dirty-update`: what a failed transaction appended, and another built on. */
export function findDirtyUpdates(orders: Orders, writers: Writers, findings: Findings): void {
  for (const [key, order] of orders) {
    for (const [at, element] of order.list.entries()) {
      const writer = writers.get(key)?.get(element);
      if (writer?.txn.operation.type !== 'fail') continue;
      const next = order.next[at + 1];
      if (next === undefined) continue;
      const { txn } = next;
      findings.add(
        'dirty-update',
        `${nameOf(txn)} appended ${next.element} to ${key} after ${element} of ${nameOf(writer.txn)}, which had failed`,
        [writer.txn.operation, txn.operation],
        { key, element, next: next.element },
      );
    }
  }
}
