// One question to a node's peer port and its answer, on a stream of their own, before anybody is anybody's peer: what a
// node asks that joins a cluster, or that hears of no leader and wonders whether it still belongs to it.

import { Frame, type MemberAnswer, type MemberQueryInit } from '../../proto/gen/peer.js';
import type { Runtime } from '../runtime/ports.js';

const ANSWER_TIMEOUT_MS = 2_000;

/** Resolves to what the node at `address` says; undefined when it says nothing in time. */
export function askMember(
  runtime: Pick<Runtime, 'network' | 'timers'>,
  address: string,
  query: MemberQueryInit,
): Promise<MemberAnswer | undefined> {
  return new Promise((resolve) => {
    const link = runtime.network.dial(address);
    let over = false;
    const end = (answer: MemberAnswer | undefined): void => {
      if (over) return;
      over = true;
      timer.cancel();
      link.close();
      resolve(answer);
    };
    const timer = runtime.timers.after(ANSWER_TIMEOUT_MS, () => end(undefined));
    link.onClose(() => end(undefined));
    link.onFrame((bytes) => {
      try {
        end(Frame.decode(bytes).answer);
      } catch {
        end(undefined);
      }
    });
    link.send(Frame.encode({ query }));
  });
}
