// Questions about leases, apart by their home: one that has no leader delays the answers about its own leases only.

import type { GroupHandle, PeerMethod } from '../multiraft/types.js';
import type { Timers } from '../runtime/ports.js';
import { LeaderCalls } from './leader-calls.js';

export interface HomeCallsOptions {
  readonly timers: Timers;
  /** The group whose leader is asked about leases of a home. */
  readonly callee: (home: GroupHandle) => GroupHandle;
  readonly method: PeerMethod;
  readonly encode?: (ids: readonly bigint[]) => Uint8Array;
}

/** One figure answers a question. */
export class HomeCalls {
  readonly #options: HomeCallsOptions;
  readonly #byHome = new Map<GroupHandle, LeaderCalls>();

  constructor(options: HomeCallsOptions) {
    this.#options = options;
  }

  async ask(home: GroupHandle, id: bigint): Promise<number> {
    const { callee, method, timers, encode } = this.#options;
    let calls = this.#byHome.get(home);
    if (calls === undefined) {
      calls = new LeaderCalls(callee(home), method, 1, timers, encode);
      this.#byHome.set(home, calls);
    }
    const [figure] = await calls.ask(id);
    return figure as number;
  }
}
