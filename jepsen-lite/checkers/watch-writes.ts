// Events against what writers were told: nothing lost, nothing from nowhere, transactions whole.

import type { Operation } from '../history/types.js';
import type { WatchEvent, Write } from './watch-read.js';
import { covers, passedBy, type Report, type Track } from './watch-track.js';

/** Keys whose events a track should have, and has not or not as written: what follows from them is not its fault. */
export type Gaps = ReadonlyMap<number, ReadonlySet<string>>;

export class Writes {
  readonly #report: Report;
  readonly #byRevision = new Map<number, Write>();
  readonly #unknown: Write[];

  constructor(writes: readonly Write[], report: Report) {
    this.#report = report;
    this.#unknown = writes.filter(({ operation }) => operation.type === 'info');
    for (const write of writes) this.#index(write);
  }

  /** Acknowledged ones that changed something. */
  get acknowledged(): Iterable<Write> {
    return this.#byRevision.values();
  }

  #index(write: Write): void {
    const { revision, operation } = write;
    if (revision === undefined) return;
    const other = this.#byRevision.get(revision);
    if (other === undefined) this.#byRevision.set(revision, write);
    else this.#say('revision-reused', revision, [other.operation, operation], 'was the answer to two writes');
  }

  /** Compares a track with the acknowledged writes. */
  compare(track: Track): Gaps {
    const gaps = new Map<number, Set<string>>();
    for (const [revision, write] of this.#byRevision) {
      if (!covers(track, revision)) continue;
      const missing = this.#compareOne(track, revision, write);
      if (missing.length > 0) gaps.set(revision, new Set(missing));
    }
    return gaps;
  }

  #compareOne(track: Track, revision: number, write: Write): string[] {
    const { watcher } = track.segment;
    const { operation } = write;
    const events = track.revisions.get(revision) ?? [];
    const [first] = events;
    if (first === undefined) {
      const shownBy = [operation, passedBy(track, revision)];
      this.#say('lost', revision, shownBy, `was acknowledged, and watcher ${watcher} did not see it`);
      return [...write.puts.keys(), ...write.deletes];
    }
    const shownBy = [operation, first.operation];
    if (first.operation.index < operation.index)
      this.#say('phantom', revision, shownBy, `was seen by watcher ${watcher} before it was asked for`);
    const { other, foreign, missing } = differences(write, events);
    if (other.length > 0)
      this.#say('lost', revision, shownBy, `came to watcher ${watcher} with another content at ${other.join(', ')}`);
    if (foreign.length > 0)
      this.#say('phantom', revision, shownBy, `came to watcher ${watcher} with ${foreign.join(', ')}, not written`);
    if (missing.length > 0)
      this.#say('split', revision, shownBy, `came to watcher ${watcher} without ${missing.join(', ')}`);
    return [...other, ...missing];
  }

  /** Revisions that no acknowledgement explains: each must be a write of unknown outcome, each of those once. */
  explain(tracks: readonly Track[]): void {
    const candidates = new Map<number, Write[]>();
    const seen = new Map<number, readonly WatchEvent[]>();
    for (const { revisions } of tracks) {
      for (const [revision, events] of revisions) {
        if (this.#byRevision.has(revision) || seen.has(revision)) continue;
        seen.set(revision, events);
        const found = this.#candidates(events);
        if (found.length > 0) candidates.set(revision, found);
        else this.#sayUnexplained(revision, events);
      }
    }
    for (const revision of unmatched(candidates)) {
      const shownBy = [...(candidates.get(revision) ?? []).map((w) => w.operation), ...batchesOf(seen.get(revision))];
      this.#say('phantom', revision, shownBy, 'is of a write that was seen at another revision already');
    }
  }

  #candidates(events: readonly WatchEvent[]): Write[] {
    return this.#unknown.filter((write) => {
      if (events.some(({ operation }) => operation.index < write.operation.index)) return false;
      const { other, foreign, missing } = differences(write, events);
      return other.length + foreign.length + missing.length === 0;
    });
  }

  #sayUnexplained(revision: number, events: readonly WatchEvent[]): void {
    const part = this.#unknown.find((write) => {
      const { other, foreign } = differences(write, events);
      return other.length + foreign.length === 0;
    });
    const batches = batchesOf(events);
    if (part === undefined || batches.some(({ index }) => index < part.operation.index))
      this.#say('phantom', revision, batches, 'is of no write that was tried');
    else this.#say('split', revision, [part.operation, ...batches], 'is only a part of what was written');
  }

  #say(name: string, revision: number, shownBy: readonly Operation[], what: string): void {
    this.#report.spoken.add(revision);
    this.#report.findings.add(name, `revision ${revision} ${what}`, shownBy, { revision });
  }
}

function batchesOf(events: readonly WatchEvent[] = []): Operation[] {
  return events.map(({ operation }) => operation);
}

/** Keys whose events are not as `write` says: with another content, not written at all, or missing. */
function differences(write: Write, events: readonly WatchEvent[]) {
  const other: string[] = [];
  const foreign: string[] = [];
  const seen = new Set(events.map(({ key }) => key));
  let deleted = 0;
  for (const { type, key, value } of events) {
    if (type === 'put' && write.puts.get(key) === value) continue;
    if (type === 'delete' && write.deletes.has(key)) deleted++;
    else if (write.puts.has(key) || write.deletes.has(key)) other.push(key);
    else foreign.push(key);
  }
  const missing = [...write.puts.keys()].filter((key) => !seen.has(key));
  const unseen = [...write.deletes].filter((key) => !seen.has(key));
  if (write.revision !== undefined && deleted > write.deleted) foreign.push('more deletions than there were');
  if (deleted < write.deleted && other.length === 0) missing.push(...unseen);
  return { other, foreign, missing };
}

/** Revisions left over when each write explains at most one (the largest matching of the two). */
function unmatched(candidates: ReadonlyMap<number, readonly Write[]>): number[] {
  const takenBy = new Map<Write, number>();
  const place = (revision: number, tried: Set<Write>): boolean => {
    for (const write of candidates.get(revision) ?? []) {
      if (tried.has(write)) continue;
      tried.add(write);
      const holder = takenBy.get(write);
      if (holder !== undefined && !place(holder, tried)) continue;
      takenBy.set(write, revision);
      return true;
    }
    return false;
  };
  return [...candidates.keys()].sort((a, b) => a - b).filter((revision) => !place(revision, new Set()));
}
