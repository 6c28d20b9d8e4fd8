// Transactions of a list-append history: what each appended, and what it read.

import type { Json, Operation } from '../history/types.js';

export type Micro =
  | { readonly f: 'append'; readonly key: string; readonly element: number }
  | { readonly f: 'r'; readonly key: string; readonly list: readonly number[] | undefined };

export interface Txn {
  /** Position among the transactions: its node in the graph. */
  readonly node: number;
  readonly operation: Operation;
  /** With what was read only if the transaction was acknowledged. */
  readonly micros: readonly Micro[];
}

export interface Writer {
  readonly txn: Txn;
  /** The last that its transaction appended to the key. */
  readonly isFinal: boolean;
  /** Of the append among the micro-operations. */
  readonly position: number;
}

/** By key and element. */
export type Writers = ReadonlyMap<string, ReadonlyMap<number, Writer>>;

/** Throws on operations that are no list-append transactions: a checker that skipped them would find them in order. */
export function txnsOf(operations: readonly Operation[]): Txn[] {
  return operations.map((operation, node) => {
    if (operation.f !== 'txn') throw new Error(`"${operation.f}" at ${operation.index} is not a transaction`);
    return { node, operation, micros: microsOf(operation) };
  });
}

function microsOf(operation: Operation): Micro[] {
  const asked = listOf(operation.input, operation).map((micro) => parse(micro, operation));
  if (operation.type !== 'ok') return asked.map((micro) => (micro.f === 'r' ? { ...micro, list: undefined } : micro));
  const answered = listOf(operation.output, operation).map((micro) => parse(micro, operation));
  const matches = asked.length === answered.length && asked.every((micro, i) => isAnswer(micro, answered[i] as Micro));
  if (!matches) throw new Error(`the transaction at ${operation.index} was answered with another one`);
  return answered.map((micro) => (micro.f === 'r' ? { ...micro, list: micro.list ?? [] } : micro));
}

function isAnswer(asked: Micro, answered: Micro): boolean {
  if (asked.f !== answered.f || asked.key !== answered.key) return false;
  return asked.f === 'r' || asked.element === (answered as { readonly element: number }).element;
}

function parse(micro: Json, operation: Operation): Micro {
  const [f, key, value] = listOf(micro, operation);
  if (typeof key === 'string') {
    if (f === 'append' && typeof value === 'number') return { f, key, element: value };
    if (f === 'r' && value === null) return { f, key, list: undefined };
    if (f === 'r' && isNumbers(value)) return { f, key, list: value };
  }
  throw new Error(`the transaction at ${operation.index} contains ${JSON.stringify(micro)}`);
}

function listOf(value: Json, { index }: Operation): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new Error(`the transaction at ${index} is not a list of lists`);
}

function isNumbers(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'number');
}

/** Throws when an element is appended to a key twice: nothing could be said of who reads it. */
export function writersOf(txns: readonly Txn[]): Writers {
  const writers = new Map<string, Map<number, Writer>>();
  for (const txn of txns) {
    const finals = new Set<string>();
    for (let position = txn.micros.length - 1; position >= 0; position--) {
      const micro = txn.micros[position] as Micro;
      if (micro.f === 'r') continue;
      const { key, element } = micro;
      const ofKey = writers.get(key) ?? new Map<number, Writer>();
      if (ofKey.has(element)) throw new Error(`${element} is appended to ${key} twice`);
      writers.set(key, ofKey.set(element, { txn, isFinal: !finals.has(key), position }));
      finals.add(key);
    }
  }
  return writers;
}

/** For a reader: T and the index of its invocation. */
export const nameOf = ({ operation }: Txn): string => `T${operation.index}`;

/** For a reader; of long lists only the end. */
export function show(list: readonly number[]): string {
  return list.length <= SHOWN_MAX ? `[${list.join(' ')}]` : `[… ${list.slice(-SHOWN_MAX).join(' ')}]`;
}

const SHOWN_MAX = 12;
