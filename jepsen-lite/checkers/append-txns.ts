// Transactions of a list-append history: what each appended and read, and what contradicts itself.

import type { Json, Operation } from '../history/types.js';
import type { Findings } from './findings.js';

export type Micro = readonly ['append', string, number] | readonly ['r', string, null | readonly number[]];

export interface Txn {
  readonly operation: Operation;
  readonly micros: readonly Micro[];
  /** Elements appended to each key, in order. */
  readonly appends: ReadonlyMap<string, readonly number[]>;
  /** Of each key that was read, the list as others left it. */
  readonly reads: ReadonlyMap<string, readonly number[]>;
}

export interface Writer {
  readonly txn: Txn;
  /** The last that its transaction appended to the key. */
  readonly isFinal: boolean;
}

export function txnsOf(operations: readonly Operation[], findings: Findings): Txn[] {
  return operations.map((operation) => txnOf(operation, findings));
}

function txnOf(operation: Operation, findings: Findings): Txn {
  const isKnown = operation.type === 'ok';
  const micros = (isKnown ? operation.output : operation.input) as Json as readonly Micro[];
  const appends = new Map<string, number[]>();
  const reads = new Map<string, readonly number[]>();
  for (const [kind, key, value] of micros) {
    const own = appends.get(key) ?? [];
    if (kind === 'append') {
      appends.set(key, [...own, value]);
      continue;
    }
    if (!isKnown || value === null) continue;
    const before = value.slice(0, value.length - own.length);
    const known = reads.get(key);
    const endsWithOwn = own.every((element, i) => value[before.length + i] === element);
    if (!endsWithOwn || (known !== undefined && !same(known, before))) {
      findings.add(
        'internal',
        `a transaction reads ${list(value)} of ${key}, against what it read or appended itself`,
        [operation.index],
      );
    } else reads.set(key, before);
  }
  return { operation, micros, appends, reads };
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((element, i) => element === b[i]);
export const list = (elements: readonly number[]): string => `[${elements.join(' ')}]`;

/** Who appended what: by key and element. */
export function writersOf(txns: readonly Txn[]): Map<string, Map<number, Writer>> {
  const writers = new Map<string, Map<number, Writer>>();
  for (const txn of txns) {
    for (const [key, elements] of txn.appends) {
      const ofKey = writers.get(key) ?? new Map<number, Writer>();
      writers.set(key, ofKey);
      for (const [i, element] of elements.entries()) ofKey.set(element, { txn, isFinal: i === elements.length - 1 });
    }
  }
  return writers;
}

/** What single reads show: elements from nowhere, of failed transactions, from the middle of others. */
export function checkReads(
  txns: readonly Txn[],
  writers: ReadonlyMap<string, ReadonlyMap<number, Writer>>,
  findings: Findings,
): void {
  for (const txn of txns) {
    for (const [key, elements] of txn.reads) {
      checkElements(txn, key, elements, writers.get(key) ?? new Map(), findings);
    }
  }
}

function checkElements(
  txn: Txn,
  key: string,
  elements: readonly number[],
  writers: ReadonlyMap<number, Writer>,
  findings: Findings,
): void {
  const { index } = txn.operation;
  const shown = `${list(elements)} of ${key}`;
  if (new Set(elements).size < elements.length) {
    findings.add('duplicate-element', `a transaction reads ${shown}, with an element twice`, [index]);
  }
  for (const [i, element] of elements.entries()) {
    const writer = writers.get(element);
    if (writer === undefined) {
      findings.add('phantom', `a transaction reads ${shown}, and nobody appended ${element}`, [index]);
      continue;
    }
    const from = writer.txn.operation;
    if (from.type === 'fail') {
      findings.add('G1a', `a transaction reads ${shown}, and the one that appended ${element} had failed`, [
        from.index,
        index,
      ]);
    }
    const next = elements[i + 1];
    const goesOn = next !== undefined && writers.get(next)?.txn === writer.txn;
    if (!writer.isFinal && !goesOn && writer.txn !== txn) {
      findings.add(
        'G1b',
        `a transaction reads ${shown}, and ${element} was not the last that its transaction appended`,
        [from.index, index],
      );
    }
  }
}
