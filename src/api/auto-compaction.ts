// Compacts old history by itself, at the leader: by age or by number of revisions (etcd's two modes).

import { compact, isCompacted } from './compaction.js';
import type { NodeServices } from './services.js';

const HOUR_MS = 3_600_000;
/** How often the revision mode looks (etcd's figure). */
const REVISION_CHECK_MS = 5 * 60_000;
/** Samples in one interval of the periodic mode: how finely age is known (etcd's figure). */
const SAMPLES_PER_INTERVAL = 10;

export interface AutoCompaction {
  close(): void;
}

type Services = Pick<NodeServices, 'config' | 'router' | 'revisions' | 'runtime'>;

/** Runs at the leader of the group that decides: with several partitions, the system group's. */
export function createAutoCompaction(services: Services): AutoCompaction {
  return { close: start(services) };
}

function start(services: Services): () => void {
  const mode = services.config.autoCompaction;
  switch (mode.mode) {
    case 'periodic':
      return compactByAge(mode.retentionMs, services);
    case 'revision':
      return compactByRevision(mode.retention, services);
    case 'off':
      return () => {};
  }
}

const newest = ({ router, revisions }: Services): number => revisions?.known ?? router.system.store.revision;

/** Compacts; a compaction that is not needed any more is as good as done. */
async function propose(revision: number, services: Services): Promise<void> {
  try {
    await compact(services, revision);
  } catch (error) {
    if (!isCompacted(error)) throw error;
  }
  services.runtime.logger.info({ revision }, 'auto-compaction: compacted');
}

/**
 * Keeps what is younger than `retentionMs`: notes the revision ten times an interval, on every
 * member, so that a new leader knows how old its history is.
 */
function compactByAge(retentionMs: number, services: Services): () => void {
  const { clock, timers, logger } = services.runtime;
  const { system } = services.router;
  const intervalMs = Math.min(retentionMs, HOUR_MS);
  const samples: { at: number; revision: number }[] = [{ at: clock.monotonicMs(), revision: newest(services) }];
  let lastMs = clock.monotonicMs();
  let running = false;
  const timer = timers.every(intervalMs / SAMPLES_PER_INTERVAL, () => {
    const now = clock.monotonicMs();
    samples.push({ at: now, revision: newest(services) });
    // The first sample stays the newest one that is old enough.
    while (samples[1] !== undefined && now - samples[1].at >= retentionMs) samples.shift();
    const [old] = samples;
    if (old === undefined || now - old.at < retentionMs) return;
    if (running || !system.leadership.ready || now - lastMs < intervalMs) return;
    if (old.revision <= system.store.compactRevision) return;
    running = true;
    propose(old.revision, services)
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
function compactByRevision(retention: number, services: Services): () => void {
  const { timers, logger } = services.runtime;
  const { system } = services.router;
  let running = false;
  const timer = timers.every(REVISION_CHECK_MS, () => {
    const revision = newest(services) - retention;
    if (running || !system.leadership.ready || revision <= system.store.compactRevision || revision <= 0) return;
    running = true;
    propose(revision, services)
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'auto-compaction failed; it will be repeated'))
      .finally(() => {
        running = false;
      });
  });
  return () => timer.cancel();
}
