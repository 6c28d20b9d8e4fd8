// What transactions over partitions need of a group and of the node, beside what every service needs.

import type { Numbering } from '../multiraft/numbering.js';
import type { GroupHandle, OpenWork } from '../multiraft/types.js';
import type { Clock, Logger, Timers } from '../runtime/ports.js';

/** A partition's group. */
export interface TxnGroup extends GroupHandle {
  readonly numbering: Pick<Numbering, 'hold' | 'release'> | undefined;
  onVisible(fn: () => void): void;
  claimsWaitFor(work: OpenWork): void;
}

export interface TxnRuntime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Where commit revisions come from. */
export interface RevisionSource {
  take(count: number): Promise<number>;
  current(): Promise<number>;
  /** The highest one that this node knows to have been handed out. */
  readonly known: number;
}

/** Of a proposal that ends with its leadership: there is nothing to be done about its outcome before. */
export const UNTIL_LEADERSHIP_ENDS = Number.POSITIVE_INFINITY;
