// The state that follows from a track's events, against what they and the last read say of it.

import type { Operation } from '../history/types.js';
import type { Final, KeyState, WatchEvent } from './watch-read.js';
import type { Report, Track } from './watch-track.js';
import type { Gaps } from './watch-writes.js';

/** Applies the events in order; compares each with what was before it, and the state at `final` with it. */
export function fold(track: Track, gaps: Gaps, finals: readonly Final[], report: Report): void {
  const folding = new Folding(track, report);
  const open = [...finals].sort((a, b) => a.revision - b.revision);
  const revisions = [...new Set([...track.revisions.keys(), ...gaps.keys()])].sort((a, b) => a - b);
  for (const revision of revisions) {
    while (open[0] !== undefined && open[0].revision < revision) folding.compare(open.shift() as Final);
    for (const key of gaps.get(revision) ?? []) folding.forget(key);
    for (const event of track.revisions.get(revision) ?? []) {
      if (gaps.get(revision)?.has(event.key) !== true) folding.apply(event);
    }
  }
  for (const final of open) folding.compare(final);
}

class Folding {
  readonly #watcher: string;
  readonly #begin: Operation;
  readonly #report: Report;
  readonly #state: Map<string, KeyState>;
  /** The operation that told of the deletion of a key. */
  readonly #deletedBy = new Map<string, Operation>();
  /** Keys of which an event is missing. */
  readonly #unknown = new Set<string>();

  constructor({ segment }: Track, report: Report) {
    this.#watcher = segment.watcher;
    this.#begin = segment.begin;
    this.#report = report;
    this.#state = new Map(segment.start);
  }

  forget(key: string): void {
    this.#unknown.add(key);
    this.#state.delete(key);
  }

  apply(event: WatchEvent): void {
    const { key, type, value, modRevision, createRevision, version, operation } = event;
    if (!this.#unknown.delete(key)) {
      this.#checkPrev(event);
      this.#checkFields(event);
    }
    if (type === 'put') this.#state.set(key, { value: value ?? '', modRevision, createRevision, version, operation });
    else {
      this.#state.delete(key);
      this.#deletedBy.set(key, operation);
    }
  }

  #checkPrev(event: WatchEvent): void {
    const { key, prev } = event;
    const before = this.#state.get(key);
    if (prev?.modRevision === before?.modRevision && prev?.value === before?.value) return;
    const told = prev === null ? 'nothing' : `"${prev.value}" of revision ${prev.modRevision}`;
    const was = before === undefined ? 'nothing' : `"${before.value}" of revision ${before.modRevision}`;
    this.#say('prev', event, `says that ${told} was before it, and ${was} was`);
  }

  #checkFields(event: WatchEvent): void {
    const { key, type, value, modRevision, createRevision, version } = event;
    const before = this.#state.get(key);
    if (type === 'delete') {
      if (before === undefined) this.#say('fields', event, 'deletes what was not there');
      else if (createRevision !== 0 || version !== 0 || value !== null)
        this.#say('fields', event, 'has a value, version or create revision, which a deletion has not');
      return;
    }
    const wanted = { createRevision: before?.createRevision ?? modRevision, version: (before?.version ?? 0) + 1 };
    if (createRevision === wanted.createRevision && version === wanted.version) return;
    const said = `version ${version}, created at ${createRevision}`;
    this.#say('fields', event, `says ${said}; it is version ${wanted.version}, created at ${wanted.createRevision}`);
  }

  #say(name: string, event: WatchEvent, what: string): void {
    const { key, type, modRevision, operation } = event;
    const message = `watcher ${this.#watcher}: the ${type} of ${key} at revision ${modRevision} ${what}`;
    this.#report.spoken.add(modRevision);
    this.#report.findings.add(name, message, [this.#lastOf(key), operation], { key, revision: modRevision });
  }

  compare({ revision, state, operation }: Final): void {
    for (const key of [...new Set([...state.keys(), ...this.#state.keys()])].sort()) {
      if (this.#unknown.has(key) || isSame(state.get(key), this.#state.get(key))) continue;
      const told = describe(state.get(key));
      const message = `watcher ${this.#watcher}: at revision ${revision} ${key} is ${told}, and its events end with ${describe(this.#state.get(key))}`;
      this.#report.findings.add('final', message, [this.#lastOf(key), operation], { key, revision });
      return;
    }
  }

  #lastOf(key: string): Operation {
    return this.#state.get(key)?.operation ?? this.#deletedBy.get(key) ?? this.#begin;
  }
}

function isSame(a: KeyState | undefined, b: KeyState | undefined): boolean {
  return (
    a?.value === b?.value &&
    a?.modRevision === b?.modRevision &&
    a?.createRevision === b?.createRevision &&
    a?.version === b?.version
  );
}

function describe(state: KeyState | undefined): string {
  if (state === undefined) return 'missing';
  const { value, modRevision, createRevision, version } = state;
  return `"${value}" (revision ${modRevision}, created at ${createRevision}, version ${version})`;
}
