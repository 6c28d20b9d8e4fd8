// Places in the queue behind a lock or an election.

import type { Session } from './session.js';

export interface Candidate {
  readonly key: Uint8Array;
  /** The create revision of `key`: its place in the queue, and the fencing token once it is first. */
  readonly token: number;
}

/** What a session asked for when it entered. */
export interface Place {
  readonly name: Uint8Array;
  readonly session: Session;
  /** Lets the session enter for the name again. */
  readonly free: () => void;
  /** Some attempt to take it was given up, and may still take effect when the place is long left. */
  uncertain: boolean;
  /** It is tried in the background to give it up. */
  leaving: boolean;
  /** Given up for certain. */
  left: boolean;
}
