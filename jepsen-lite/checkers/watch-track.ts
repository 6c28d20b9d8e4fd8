// Order of delivery: every revision once, whole, and later ones later.

import type { Operation } from '../history/types.js';
import type { Findings } from './findings.js';
import type { Batch, Segment, WatchEvent } from './watch-read.js';

/** What one segment has delivered, by revision: repetitions are left out, late events stand where they belong. */
export interface Track {
  readonly segment: Segment;
  /** Everything after the segment's beginning and up to here counts as delivered. */
  readonly upTo: number;
  readonly revisions: ReadonlyMap<number, readonly WatchEvent[]>;
  /** No other segment of its watcher follows. */
  readonly isLast: boolean;
}

/** Findings, and the revisions about which there are some: others need not speak of them too. */
export interface Report {
  readonly findings: Findings;
  readonly spoken: Set<number>;
}

export function tracksOf(segments: readonly Segment[], report: Report): Track[] {
  const reached = new Map<string, Passed>();
  const tracks = segments.map((segment, i): Track => {
    const { watcher, begin, from } = segment;
    const before = reached.get(watcher);
    if (before !== undefined && from < before.upTo) {
      const message = `watcher ${watcher} began anew at revision ${from}, behind ${before.upTo} that it had reached`;
      report.findings.add('out-of-order', message, [before.by, begin]);
    }
    const delivery = new Delivery(segment, report);
    for (const batch of segment.batches) delivery.take(batch);
    reached.set(watcher, delivery.passed);
    const isLast = !segments.slice(i + 1).some((later) => later.watcher === watcher);
    return { segment, upTo: delivery.passed.upTo, revisions: delivery.revisions, isLast };
  });
  return tracks;
}

/** The operation with which a segment was first at or beyond `revision`. */
export function passedBy({ segment }: Track, revision: number): Operation {
  const batch = segment.batches.find((b) => reachOf(b) >= revision);
  return batch?.operation ?? segment.begin;
}

export function covers({ segment, upTo }: Track, revision: number): boolean {
  return segment.from < revision && revision <= upTo;
}

function reachOf({ revision, events }: Batch): number {
  return events.reduce((max, event) => Math.max(max, event.modRevision), revision);
}

interface Passed {
  upTo: number;
  by: Operation;
}

class Delivery {
  readonly revisions = new Map<number, WatchEvent[]>();
  readonly passed: Passed;
  readonly #segment: Segment;
  readonly #report: Report;
  #said = new Set<string>();

  constructor(segment: Segment, report: Report) {
    this.#segment = segment;
    this.#report = report;
    this.passed = { upTo: segment.from, by: segment.begin };
  }

  take(batch: Batch): void {
    this.#said = new Set();
    let newest = 0;
    for (const event of batch.events) {
      this.#takeEvent(event, newest);
      newest = Math.max(newest, event.modRevision);
    }
    const reach = reachOf(batch);
    if (reach <= this.passed.upTo) return;
    this.passed.upTo = reach;
    this.passed.by = batch.operation;
  }

  #takeEvent(event: WatchEvent, newest: number): void {
    const { modRevision: revision, key, operation } = event;
    const { from, start, begin } = this.#segment;
    if (revision <= from) {
      const isKnown = start.get(key)?.modRevision === revision;
      if (isKnown) this.#say('duplicate', event, begin, 'is in the state that the watcher began with');
      else this.#say('out-of-order', event, begin, `is not after revision ${from} where the watcher began`);
      return;
    }
    const known = this.revisions.get(revision) ?? [];
    const same = known.find((other) => other.key === key);
    if (same !== undefined) {
      this.#say('duplicate', event, same.operation, 'had been delivered before');
      return;
    }
    const [first] = known;
    if (first !== undefined && first.operation !== operation)
      this.#say('split', event, first.operation, 'comes in another batch than the rest of its transaction');
    else if (revision <= this.passed.upTo)
      this.#say('out-of-order', event, this.passed.by, `comes after revision ${this.passed.upTo}`);
    else if (revision < newest) this.#say('out-of-order', event, operation, `comes after revision ${newest}`);
    this.revisions.set(revision, [...known, event]);
  }

  /** Once a batch and kind. */
  #say(name: string, event: WatchEvent, other: Operation, what: string): void {
    const { spoken, findings } = this.#report;
    spoken.add(event.modRevision);
    if (this.#said.has(name)) return;
    this.#said.add(name);
    const { watcher } = this.#segment;
    const message = `watcher ${watcher}: the ${event.type} of ${event.key} at revision ${event.modRevision} ${what}`;
    findings.add(name, message, [other, event.operation]);
  }
}
