// Whether the responses of a watch are the full history of its range from its start on, without a gap or a repeat,
// up to where it was cancelled, and whether progress that is told is true.

import { expect } from 'vitest';
import { EventType } from '../../proto/gen/kv.js';
import { FilterType, type WatchResponse } from '../../proto/gen/rpc.js';
import type { RevisionEvents } from '../../src/mvcc/types.js';

export interface ExpectedWatch {
  readonly id: number;
  readonly key: string;
  readonly end: string | undefined;
  readonly start: number;
  readonly prevKv: boolean;
  readonly fragment: boolean;
  readonly filters: FilterType[];
}

interface History {
  /** Everything that happened, in revision order. */
  readonly log: readonly RevisionEvents[];
  readonly compactRevision: number;
}

/** What the watch must get of the full log; revisions below `end`. */
function history(log: History['log'], w: ExpectedWatch, end: number): string[] {
  const out: string[] = [];
  for (const { revision, events } of log) {
    if (revision < w.start || revision >= end) continue;
    for (const e of events) {
      const key = Buffer.from(e.kv.key).toString('latin1');
      const inRange = w.end === undefined ? key === w.key : key >= w.key && (w.end === '\0' || key < w.end);
      if (!inRange || w.filters.includes(e.type === 'put' ? FilterType.NOPUT : FilterType.NODELETE)) continue;
      out.push(`${revision} ${e.type} ${key} ${e.kv.value.length}`);
    }
  }
  return out;
}

function events(responses: readonly WatchResponse[]): string[] {
  return responses.flatMap((r) =>
    r.events.map((e) => {
      const type = e.type === EventType.PUT ? 'put' : 'delete';
      return `${e.kv!.modRevision} ${type} ${Buffer.from(e.kv!.key).toString('latin1')} ${e.kv!.value.length}`;
    }),
  );
}

export function checkWatch(all: History, w: ExpectedWatch, responses: readonly WatchResponse[]): void {
  const own = responses.filter((r) => r.watchId === w.id);
  expect(own[0]?.created).toBe(true);
  expect(own.slice(1).some((r) => r.created)).toBe(false);
  const canceled = own.findIndex((r) => r.canceled);
  if (canceled >= 0) expect(canceled).toBe(own.length - 1);
  const got = events(own);
  const wanted = history(all.log, w, Number.POSITIVE_INFINITY);
  if (canceled < 0) expect(got).toEqual(wanted);
  else expect(got).toEqual(wanted.slice(0, got.length));
  const last = own.at(-1)!;
  if (last.compactRevision > 0) {
    // Canceled as compacted only where the next event's revision may really be gone.
    const delivered = Number(got.at(-1)?.split(' ')[0] ?? 0);
    expect(Math.max(w.start, delivered + 1)).toBeLessThan(all.compactRevision + 1);
  }
  checkShape(w, own);
}

/** Whole revisions in each response, fragments apart; header = newest revision; prev_kv only if asked. */
function checkShape(w: ExpectedWatch, own: readonly WatchResponse[]): void {
  let before = 0;
  let inFragments = false;
  for (const r of own) {
    const revisions = r.events.map((e) => e.kv!.modRevision);
    for (const e of r.events) if (e.prevKv !== undefined) expect(w.prevKv).toBe(true);
    if (revisions.length === 0) continue;
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    if (!inFragments) expect(revisions[0]).toBeGreaterThan(before);
    if (r.fragment) expect(w.fragment).toBe(true);
    else expect(revisions.at(-1)).toBe(r.header!.revision);
    inFragments = r.fragment;
    before = revisions.at(-1)!;
  }
  expect(inFragments).toBe(false);
}

/** A progress response tells R: all events up to R of the watches it speaks for came before it, none after. */
export function checkProgress(watches: readonly ExpectedWatch[], responses: readonly WatchResponse[]): void {
  const told = new Map<number, number>();
  const open = new Set<number>();
  for (const r of responses) {
    if (r.created) open.add(r.watchId);
    for (const e of r.events) expect(e.kv!.modRevision).toBeGreaterThan(told.get(r.watchId) ?? 0);
    if (r.created || r.canceled || r.events.length > 0) continue;
    const revision = r.header!.revision;
    if (r.watchId === -1) for (const id of open) told.set(id, Math.max(told.get(id) ?? 0, revision));
    else {
      expect(watches.some((w) => w.id === r.watchId)).toBe(true);
      told.set(r.watchId, revision);
    }
  }
}
