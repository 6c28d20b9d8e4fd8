// Watches: every event once, in order, transactions whole, and what they add up to is the state.

import { pair } from '../history/pair.js';
import type { Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Checker } from './types.js';
import { fold } from './watch-fold.js';
import { type Final, read, type Told, type WatchEvent } from './watch-read.js';
import { covers, passedBy, type Report, type Track, tracksOf } from './watch-track.js';
import { Writes } from './watch-writes.js';

/**
 * Operations: `write` {puts, deletes}, answered with the revision (null when nothing changed) and the
 * number of keys deleted; `begin` and `reset` of a watcher, with the state that it begins with;
 * `events`, one a batch; `final`, the state at the end. All watchers watch all keys. A revision of a
 * batch says that everything up to it has been delivered.
 */
export const checkWatch: Checker = (history) => {
  const told = read(pair(history));
  const report: Report = { findings: new Findings(), spoken: new Set() };
  const tracks = tracksOf(told.segments, report);
  const writes = new Writes(told.writes, report);
  const gaps = new Map(tracks.map((track) => [track, writes.compare(track)]));
  writes.explain(tracks);
  for (const track of tracks) {
    const reached = track.isLast ? told.finals.filter((final) => isReached(track, final, tracks, writes, report)) : [];
    fold(track, gaps.get(track) ?? new Map(), reached, report);
  }
  findDivergence(tracks, report);
  return report.findings.verdict('watch', statsOf(told));
};

/** True when the watcher has seen all that happened up to `final`; speaks of it when it has not. */
function isReached(track: Track, final: Final, tracks: readonly Track[], writes: Writes, report: Report): boolean {
  const { segment, upTo } = track;
  if (segment.from > final.revision) return false;
  const unseen = unseenBefore(upTo, final, tracks, writes);
  if (unseen === undefined) return true;
  const last = segment.batches.at(-1)?.operation ?? segment.begin;
  const message = `watcher ${segment.watcher} stopped at revision ${upTo}; there are later ones up to ${final.revision}`;
  report.findings.add('behind', message, [last, unseen, final.operation]);
  return false;
}

/** Shows that something happened after `revision`, up to that of `final`. */
function unseenBefore(revision: number, final: Final, tracks: readonly Track[], writes: Writes): Operation | undefined {
  const isBetween = (other: number): boolean => revision < other && other <= final.revision;
  for (const state of final.state.values()) if (isBetween(state.modRevision)) return final.operation;
  for (const write of writes.acknowledged) if (isBetween(write.revision as number)) return write.operation;
  for (const { revisions } of tracks) {
    for (const [other, events] of revisions) if (isBetween(other)) return events[0]?.operation;
  }
  return undefined;
}

/** Two watchers must have seen the same at every revision that both have covered: one finding a pair. */
function findDivergence(tracks: readonly Track[], { findings, spoken }: Report): void {
  for (const [i, a] of tracks.entries()) {
    for (const b of tracks.slice(i + 1)) {
      const revisions = [...new Set([...a.revisions.keys(), ...b.revisions.keys()])].sort((x, y) => x - y);
      const revision = revisions.find(
        (r) => !spoken.has(r) && covers(a, r) && covers(b, r) && text(a, r) !== text(b, r),
      );
      if (revision === undefined) continue;
      const message = `watchers ${a.segment.watcher} and ${b.segment.watcher} saw different events at revision ${revision}`;
      findings.add('diverged', message, [shownBy(a, revision), shownBy(b, revision)], { revision });
    }
  }
}

function text({ revisions }: Track, revision: number): string {
  const plain = ({ operation: _, ...event }: WatchEvent): object => event;
  return JSON.stringify((revisions.get(revision) ?? []).map(plain));
}

function shownBy(track: Track, revision: number): Operation {
  return track.revisions.get(revision)?.[0]?.operation ?? passedBy(track, revision);
}

function statsOf({ writes, segments, finals }: Told): Record<string, number> {
  const batches = segments.flatMap((segment) => segment.batches);
  return {
    writes: writes.length,
    unknownWrites: writes.filter(({ operation }) => operation.type === 'info').length,
    watchers: new Set(segments.map(({ watcher }) => watcher)).size,
    resets: segments.filter(({ begin }) => begin.f === 'reset').length,
    batches: batches.length,
    events: batches.reduce((sum, { events }) => sum + events.length, 0),
    finals: finals.length,
  };
}
