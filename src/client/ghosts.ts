// Places in a queue that nobody waits in.
//
// An attempt to enter that got no answer is repeated. The first one may still be on its way (in a member
// that was cut off, say) and take effect when the place is long left: a key that nobody owns would
// keep all others waiting for as long as the session lives. So whoever leaves such a place looks out
// for it to come back, and removes it.

import type { KeyValue } from '../../proto/gen/kv.js';
import type { Candidate, Place } from './place.js';
import type { Session } from './session.js';
import type { Watches } from './watch.js';

export interface GhostOwner {
  /** The session waits for the name again: its key is no ghost. */
  isClaimed(session: Session, name: Uint8Array): boolean;
  /** Removes exactly this candidate, however often that has to be tried while the session lives. */
  remove(ghost: Candidate, session: Session): Promise<void>;
}

const idOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');

export class Ghosts {
  readonly #watches: Watches;
  readonly #owner: GhostOwner;
  /**
   * Keys that are looked out for, and the create revisions that appeared at each while its name was claimed:
   * own places, or ghosts that came back between the moment in which a place was removed and its answer.
   */
  readonly #expected = new Map<string, Set<number>>();
  /**
   * Create revisions of candidates whose removal was asked for: it may come at any time, so nobody may
   * take such a place as its own.
   */
  readonly #doomed = new Map<string, Set<number>>();

  constructor(watches: Watches, owner: GhostOwner) {
    this.#watches = watches;
    this.#owner = owner;
  }

  isDoomed({ key, createRevision }: KeyValue): boolean {
    return this.#doomed.get(idOf(key))?.has(createRevision) === true;
  }

  /** Removes what appears at `key` from `fromRevision` on, until the session ends. */
  expect({ name, session }: Place, key: Uint8Array, fromRevision: number): void {
    const id = idOf(key);
    if (this.#expected.has(id) || !session.alive) return;
    this.#expected.set(id, new Set());
    this.#lookOut(name, session, key, fromRevision)
      // The client is closed, or the history compacted: as without this.
      .catch(() => {})
      .finally(() => {
        this.#expected.delete(id);
        this.#doomed.delete(id);
      });
  }

  /** The place is left, its key was gone at `revision`: what appeared there since is nobody's. */
  left({ session }: Place, key: Uint8Array, revision: number): void {
    const seen = this.#expected.get(idOf(key));
    if (seen === undefined) return;
    for (const token of seen) if (token > revision) void this.#remove({ key, token }, session);
    seen.clear();
  }

  async #lookOut(name: Uint8Array, session: Session, key: Uint8Array, startRevision: number): Promise<void> {
    const { signal } = session;
    for await (const { events } of this.#watches.key(key, { startRevision, ignoreDeletes: true, signal })) {
      for (const { kv } of events) {
        if (kv === undefined) continue;
        const token = kv.createRevision;
        if (this.#owner.isClaimed(session, name)) this.#expected.get(idOf(key))?.add(token);
        else await this.#remove({ key, token }, session);
      }
    }
  }

  /** From the call on nobody takes the place as its own. */
  async #remove(ghost: Candidate, session: Session): Promise<void> {
    const id = idOf(ghost.key);
    const doomed = this.#doomed.get(id) ?? new Set();
    this.#doomed.set(id, doomed.add(ghost.token));
    await this.#owner.remove(ghost, session);
  }
}
