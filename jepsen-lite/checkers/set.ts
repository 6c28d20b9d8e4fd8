// A set that only grows: what was acknowledged stays, and nothing else appears.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

type Element = number | string;

/**
 * Functions: `add` (an element: a number or a string) and `read` (answered with all elements). Each
 * element is reported once as missing: `lost` when its addition was acknowledged before the read that
 * does not show it, else `vanished`, for another read had shown it.
 */
export function checkSet(history: History): Verdict {
  const operations = pair(history);
  for (const operation of operations) checkShape(operation);
  const adds = operations.filter((o) => o.f === 'add');
  const reads = operations.filter((o) => o.f === 'read' && o.type === 'ok');
  const findings = new Findings();
  checkShown(reads, adds, findings);
  checkMissing(reads, adds, findings);
  return findings.verdict('set', { adds: adds.length, reads: reads.length });
}

function checkShape({ f, type, input, output, index }: Operation): void {
  const fits = f === 'add' ? isElement(input) : f === 'read' && (type !== 'ok' || isElements(output));
  if (!fits) throw new RangeError(`operation ${index}: not one of a set: ${f} ${JSON.stringify(input)}`);
}

const isElement = (value: unknown): value is Element => typeof value === 'number' || typeof value === 'string';
const isElements = (value: unknown): value is Element[] => Array.isArray(value) && value.every(isElement);
const added = (add: Operation): Element => add.input as Element;
const shownBy = (read: Operation): readonly Element[] => read.output as Element[];

/** Everything that is shown was added, and is shown once. */
function checkShown(reads: readonly Operation[], adds: readonly Operation[], findings: Findings): void {
  const addsOf = new Map<Element, Operation[]>();
  for (const add of adds) {
    const same = addsOf.get(added(add)) ?? [];
    addsOf.set(added(add), same);
    same.push(add);
  }
  for (const read of reads) {
    const seen = new Set<Element>();
    for (const element of shownBy(read)) {
      if (seen.has(element)) findings.add('duplicate', `a read shows ${element} more than once`, [read]);
      else checkOrigin(element, read, addsOf.get(element) ?? [], findings);
      seen.add(element);
    }
  }
}

/** One of the additions, if it did not fail, must have begun before the read ended. */
function checkOrigin(element: Element, read: Operation, adds: readonly Operation[], findings: Findings): void {
  if (adds.some((add) => add.type !== 'fail' && add.index < read.endIndex)) return;
  const begun = adds.find((add) => add.index < read.endIndex);
  const later = adds.find((add) => add.type !== 'fail');
  if (begun !== undefined) {
    findings.add('phantom', `a read shows ${element}, whose addition had no effect`, [begun, read]);
  } else if (later !== undefined) {
    findings.add('phantom', `a read shows ${element} before it was added`, [read, later]);
  } else findings.add('phantom', `a read shows ${element}, which nobody added`, [read]);
}

/** What shows that an element was there: its acknowledged addition, or a read. */
type Evidence = readonly [element: Element, by: Operation];

/** From when an element was acknowledged or shown, every read that begins must show it. */
function checkMissing(reads: readonly Operation[], adds: readonly Operation[], findings: Findings): void {
  const possible = new Set(adds.filter((add) => add.type !== 'fail').map(added));
  const shownFirst = firstShown(reads).filter(([element]) => possible.has(element));
  const evidence = [...acknowledged(adds), ...shownFirst].sort(([, a], [, b]) => a.endIndex - b.endIndex);
  const known = new Map<Element, Operation>();
  const reported = new Set<Element>();
  let ended = 0;
  for (const read of reads) {
    for (; (evidence[ended]?.[1].endIndex ?? Number.POSITIVE_INFINITY) < read.index; ended++) {
      const [element, by] = evidence[ended] as Evidence;
      if (known.get(element)?.f !== 'add') known.set(element, by);
    }
    const shown = new Set(shownBy(read));
    for (const [element, by] of known) {
      if (shown.has(element) || reported.has(element)) continue;
      reported.add(element);
      const [name, was] = by.f === 'add' ? ['lost', 'acknowledged'] : ['vanished', 'shown by a read'];
      findings.add(name, `${element} was ${was}, and a read that began later does not show it`, [by, read]);
    }
  }
}

const acknowledged = (adds: readonly Operation[]): Evidence[] =>
  adds.filter((add) => add.type === 'ok').map((add) => [added(add), add]);

/** Of each element, the read that showed it and ended first. */
function firstShown(reads: readonly Operation[]): Evidence[] {
  const first = new Map<Element, Operation>();
  for (const read of [...reads].sort((a, b) => a.endIndex - b.endIndex)) {
    for (const element of shownBy(read)) if (!first.has(element)) first.set(element, read);
  }
  return [...first];
}
