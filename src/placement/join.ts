// A node that joins a cluster asks the members that it was told of who it is there.

import type { MemberAnswer } from '../../proto/gen/peer.js';
import { ConfigError } from '../errors.js';
import { limits } from '../limits.js';
import { askMember } from '../multiraft/member-query.js';
import type { Runtime } from '../runtime/ports.js';
import { sleep } from '../runtime/sleep.js';

const PAUSE_MS = 500;

export interface JoinOptions {
  /** `host:port` of the members that the configuration names, without this one's. */
  readonly addresses: readonly string[];
  readonly peerUrls: readonly string[];
  /** 0: whatever the cluster has. */
  readonly partitions: number;
  readonly runtime: Runtime;
}

/**
 * Resolves to a member's answer. A member may not know yet of the addition that another one answered: all are asked
 * again for a while. Rejects with ConfigError, which holds the last refusal.
 */
export async function askToJoin(options: JoinOptions): Promise<MemberAnswer> {
  const { addresses, peerUrls, partitions, runtime } = options;
  if (addresses.length === 0) {
    throw new ConfigError(
      '--initial-cluster-state existing needs a member to join: name the running members in --initial-cluster, or start with --initial-cluster-state new',
    );
  }
  const deadline = runtime.clock.monotonicMs() + limits.joinTimeoutMs;
  let refused: string | undefined;
  do {
    for (const address of addresses) {
      const answer = await askMember(runtime, address, { peerUrls: [...peerUrls], partitions });
      if (answer !== undefined && answer.refused === '') return answer;
      if (answer !== undefined) refused = answer.refused;
      // It knows the cluster: asking again would not change that.
      if (answer !== undefined && answer.partitions > 0) throw new ConfigError(answer.refused);
    }
    await sleep(runtime.timers, PAUSE_MS);
  } while (runtime.clock.monotonicMs() < deadline);
  throw new ConfigError(
    refused ??
      `cannot fetch cluster info from peer urls: none of ${addresses.join(', ')} answered: correct --initial-cluster, or start the members there`,
  );
}
