// Compaction of the cluster: the system group decides, every partition follows.

import { CompactionRequest } from '../../proto/gen/rpc.js';
import { errors, RpcError } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';
import type { NodeServices } from './services.js';

const COMPACTED_TEXT = errors.compacted().message;

/** What was asked for is compacted already. */
export const isCompacted = (error: unknown): boolean => error instanceof RpcError && error.message === COMPACTED_TEXT;

type Services = Pick<NodeServices, 'router' | 'revisions'>;

/** `physical` resolves when what was compacted is gone from this member's disk. */
interface Compacted {
  readonly physical: Promise<unknown>;
}

const DONE: Compacted = { physical: Promise.resolve() };

/**
 * Resolves when history below `revision` is gone for every reader. Throws RpcError: compacted, futureRevision.
 * `raw`: the request as it came, if it did.
 */
export async function compact(services: Services, revision: number, raw?: Uint8Array): Promise<Compacted> {
  const { router, revisions } = services;
  const payload = raw ?? CompactionRequest.encode({ revision });
  if (revisions !== undefined && revision > revisions.known && revision > (await revisions.current())) {
    throw errors.futureRevision();
  }
  const decided = await propose(router.system, payload);
  if (revisions === undefined) return decided;
  const followed = await Promise.all(router.groups.map((group) => follow(group, payload)));
  return { physical: Promise.all([decided, ...followed].map((c) => c.physical)) };
}

async function propose(group: GroupHandle, payload: Uint8Array): Promise<Compacted> {
  const { error, response } = await group.propose(CommandKind.compact, payload);
  if (error !== undefined) throw error;
  return response.kind === 'compact' ? { physical: response.physical } : DONE;
}

/** A partition that was compacted as far by somebody else has done its part. */
async function follow(group: GroupHandle, payload: Uint8Array): Promise<Compacted> {
  try {
    return await propose(group, payload);
  } catch (error) {
    if (isCompacted(error)) return DONE;
    throw error;
  }
}

const LOOK_MS = 1_000;

/**
 * Completes what a node that failed in the middle of a compaction left undone: leaders of partitions look whether
 * the system group has decided more than their partition knows.
 */
export function followCompactions(services: Services & Pick<NodeServices, 'runtime'>): { close(): void } {
  const { router, runtime } = services;
  const following = new Set<GroupHandle>();
  const timer = runtime.timers.every(LOOK_MS, () => {
    const revision = router.system.store.compactRevision;
    for (const group of router.groups) {
      if (!group.leadership.ready || group.store.compactRevision >= revision || following.has(group)) continue;
      following.add(group);
      follow(group, CompactionRequest.encode({ revision }))
        .catch((error: unknown) => runtime.logger.warn({ error: String(error) }, 'compaction is repeated'))
        .finally(() => following.delete(group));
    }
  });
  return { close: () => timer.cancel() };
}
