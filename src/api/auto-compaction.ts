// Compacts old history by itself, at the leader: by age or by number of revisions (etcd's two modes).

import { CompactionRequest } from '../../proto/gen/rpc.js';
import type { AutoCompaction as AutoCompactionConfig } from '../config.js';
import { errors } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import { CommandKind } from '../mvcc/types.js';
import type { Clock, Logger, Timers } from '../runtime/ports.js';
import type { NodeServices } from './services.js';

const HOUR_MS = 3_600_000;
/** How often the revision mode looks (etcd's figure). */
const REVISION_CHECK_MS = 5 * 60_000;
/** Samples in one interval of the periodic mode: how finely age is known (etcd's figure). */
const SAMPLES_PER_INTERVAL = 10;

const COMPACTED_TEXT = errors.compacted().message;

export interface AutoCompaction {
  close(): void;
}

export function createAutoCompaction(services: Pick<NodeServices, 'config' | 'router' | 'runtime'>): AutoCompaction {
  const { config, router, runtime } = services;
  const { clock, timers, logger } = runtime;
  const compactions = router.groups.map((group) => compact(config.autoCompaction, { group, clock, timers, logger }));
  return {
    close: () => {
      for (const stop of compactions) stop();
    },
  };
}

interface Deps {
  readonly group: GroupHandle;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

function compact(mode: AutoCompactionConfig, deps: Deps): () => void {
  switch (mode.mode) {
    case 'periodic':
      return compactByAge(mode.retentionMs, deps);
    case 'revision':
      return compactByRevision(mode.retention, deps);
    case 'off':
      return () => {};
  }
}

/** Proposes a compaction; one that is not needed any more is as good as done. */
async function propose(revision: number, { group, logger }: Deps): Promise<void> {
  const result = await group.propose(CommandKind.compact, CompactionRequest.encode({ revision }));
  if (result.error !== undefined && result.error.message !== COMPACTED_TEXT) throw result.error;
  logger.info({ revision, group: group.id }, 'auto-compaction: compacted');
}

/**
 * Keeps what is younger than `retentionMs`: notes the revision ten times an interval, on every
 * member, so that a new leader knows how old its history is.
 */
function compactByAge(retentionMs: number, deps: Deps): () => void {
  const { group, clock, timers, logger } = deps;
  const intervalMs = Math.min(retentionMs, HOUR_MS);
  const samples: { at: number; revision: number }[] = [{ at: clock.monotonicMs(), revision: group.store.revision }];
  let lastMs = clock.monotonicMs();
  let running = false;
  const timer = timers.every(intervalMs / SAMPLES_PER_INTERVAL, () => {
    const now = clock.monotonicMs();
    samples.push({ at: now, revision: group.store.revision });
    // The first sample stays the newest one that is old enough.
    while (samples[1] !== undefined && now - samples[1].at >= retentionMs) samples.shift();
    const [old] = samples;
    if (old === undefined || now - old.at < retentionMs) return;
    if (running || !group.leadership.ready || now - lastMs < intervalMs) return;
    if (old.revision <= group.store.compactRevision) return;
    running = true;
    propose(old.revision, deps)
      .then(
        () => {
          lastMs = now;
        },
        (error: unknown) => logger.warn({ error: String(error) }, 'auto-compaction failed; it will be repeated'),
      )
      .finally(() => {
        running = false;
      });
  });
  return () => timer.cancel();
}

/** Keeps the last `retention` revisions. */
function compactByRevision(retention: number, deps: Deps): () => void {
  const { group, timers, logger } = deps;
  let running = false;
  const timer = timers.every(REVISION_CHECK_MS, () => {
    const revision = group.store.revision - retention;
    if (running || !group.leadership.ready || revision <= group.store.compactRevision || revision <= 0) return;
    running = true;
    propose(revision, deps)
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'auto-compaction failed; it will be repeated'))
      .finally(() => {
        running = false;
      });
  });
  return () => timer.cancel();
}
