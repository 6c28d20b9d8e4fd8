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
  /** Removes exactly this candidate. */
  remove(ghost: Candidate): Promise<void>;
}

const idOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');

export class Ghosts {
  readonly #watches: Watches;
  readonly #owner: GhostOwner;
  /** Keys that are looked out for. */
  readonly #expected = new Set<string>();
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
    this.#expected.add(id);
    this.#lookOut(name, session, key, fromRevision)
      // The client is closed, or the history compacted: as without this.
      .catch(() => {})
      .finally(() => {
        this.#expected.delete(id);
        this.#doomed.delete(id);
      });
  }

  async #lookOut(name: Uint8Array, session: Session, key: Uint8Array, startRevision: number): Promise<void> {
    const { signal } = session;
    for await (const { events } of this.#watches.key(key, { startRevision, ignoreDeletes: true, signal })) {
      for (const { kv } of events) {
        if (kv === undefined || this.#owner.isClaimed(session, name)) continue;
        const doomed = this.#doomed.get(idOf(key)) ?? new Set();
        this.#doomed.set(idOf(key), doomed.add(kv.createRevision));
        await this.#owner.remove({ key, token: kv.createRevision }).catch(() => {});
      }
    }
  }
}
