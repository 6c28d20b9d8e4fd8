// Lists only grow, so the longest list that was read of a key tells the order of all its versions.

import { nameOf, show, type Txn, type Writer, type Writers } from './append-txns.js';
import type { Findings } from './findings.js';

export interface Read {
  readonly txn: Txn;
  readonly key: string;
  readonly list: readonly number[];
}

export interface Order {
  /** The longest list that was read; empty when there was none. */
  readonly list: readonly number[];
  /** Elements of all lists that were read. */
  readonly seen: ReadonlySet<number>;
  /** Whether a list is one of the versions. */
  has(list: readonly number[]): boolean;
  /** By position: the first element from there on whose transaction did not fail. */
  readonly next: readonly (Committed | undefined)[];
}

export interface Committed {
  readonly element: number;
  readonly txn: Txn;
}

export type Orders = ReadonlyMap<string, Order>;

/** Of each key that was read or appended to; lists with an element twice tell no order. */
export function ordersOf(reads: readonly Read[], writers: Writers, findings: Findings): Orders {
  const byKey = new Map<string, Read[]>([...writers.keys()].map((key) => [key, []]));
  for (const read of reads) {
    const ofKey = byKey.get(read.key);
    if (ofKey === undefined) byKey.set(read.key, [read]);
    else ofKey.push(read);
  }
  return new Map([...byKey].map(([key, ofKey]) => [key, orderOf(ofKey, writers.get(key), findings)]));
}

/** What acknowledged transactions read, in the order of their invocations. */
export function readsOf(txns: readonly Txn[]): Read[] {
  return txns.flatMap((txn) =>
    txn.micros.flatMap((micro) =>
      micro.f === 'r' && micro.list !== undefined ? [{ txn, key: micro.key, list: micro.list }] : [],
    ),
  );
}

/** Tells of one pair of contradicting reads of a key: of more there would be no end. */
function orderOf(reads: readonly Read[], writers: ReadonlyMap<number, Writer> | undefined, findings: Findings): Order {
  const usable = reads.filter(({ list }) => new Set(list).size === list.length);
  let longest = usable[0];
  for (const read of usable) if (read.list.length > (longest?.list.length ?? 0)) longest = read;
  const list = longest?.list ?? [];
  const has = (other: readonly number[]): boolean => other.every((element, i) => element === list[i]);
  const other = usable.find((read) => !has(read.list));
  if (longest !== undefined && other !== undefined) addContradiction(findings, longest, other);
  if (longest !== undefined) findReversed(findings, longest, writers);
  return { list, seen: elementsOf(reads), has, next: committed(list, writers) };
}

function elementsOf(reads: readonly Read[]): Set<number> {
  const seen = new Set<number>();
  for (const { list } of reads) for (const element of list) seen.add(element);
  return seen;
}

function committed(list: readonly number[], writers: ReadonlyMap<number, Writer> | undefined): Order['next'] {
  const next: (Committed | undefined)[] = [];
  let found: Committed | undefined;
  for (let at = list.length - 1; at >= 0; at--) {
    const element = list[at] as number;
    const txn = writers?.get(element)?.txn;
    if (txn !== undefined && txn.operation.type !== 'fail') found = { element, txn };
    next[at] = found;
  }
  return next;
}

function addContradiction(findings: Findings, longest: Read, other: Read): void {
  const at = other.list.findIndex((element, i) => element !== longest.list[i]);
  const shown = (read: Read): string => `${nameOf(read.txn)} read ${show(read.list)}`;
  findings.add(
    'incompatible-order',
    `of ${other.key} ${shown(other)} and ${shown(longest)}: lists only grow, so one must be the beginning of the other`,
    [other.txn.operation, longest.txn.operation],
    { key: other.key, position: at, elements: [other.list[at] as number, longest.list[at] as number] },
  );
}

/** Elements of one transaction, side by side, against the order in which it appended them. */
function findReversed(findings: Findings, read: Read, writers: ReadonlyMap<number, Writer> | undefined): void {
  const at = read.list.findIndex((element, i) => {
    const [before, writer] = [writers?.get(read.list[i - 1] as number), writers?.get(element)];
    return before !== undefined && before.txn === writer?.txn && before.position > writer.position;
  });
  const writer = writers?.get(read.list[at] as number);
  if (at === -1 || writer === undefined) return;
  const elements = [read.list[at - 1] as number, read.list[at] as number];
  findings.add(
    'incompatible-order',
    `${nameOf(read.txn)} read ${show(read.list)} of ${read.key}: ${nameOf(writer.txn)} appended ${elements[1]} before ${elements[0]}`,
    [writer.txn.operation, read.txn.operation],
    { key: read.key, position: at - 1, elements },
  );
}
