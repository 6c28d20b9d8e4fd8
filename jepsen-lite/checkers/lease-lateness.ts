import { type Ending, type LeaseLife, MS } from './lease-lives.js';

/** How long a lease outlived its promise. */
export interface Lateness {
  /** It was seen to be over, and nobody had asked for that. */
  readonly expired: boolean;
  /** From the end of the promise to the first read that found the key gone; as coarse as the reads are rare. */
  readonly seenMs: number | undefined;
  /** A lower bound: a read that began this long after the last possible end of the promise found the key. */
  readonly provenMs: number;
}

export function lateness(life: LeaseLife, endings: readonly Ending[]): Lateness {
  const [first] = endings;
  const end = first?.operation.endIndex ?? Number.POSITIVE_INFINITY;
  const expired = first !== undefined && !life.revokes.some(({ index }) => index < end);
  const absent = expired ? endings.find(({ how }) => how === 'absent')?.operation : undefined;
  const promisedNs = Math.max(...life.renewals.map(({ operation, ttlNs }) => operation.startNs + ttlNs));
  const seenMs = absent === undefined ? undefined : Math.max(0, absent.startNs - promisedNs) / MS;
  return { expired, seenMs: Number.isFinite(seenMs) ? seenMs : undefined, provenMs: provenMs(life) };
}

function provenMs({ renewals, possible, looks, revokes }: LeaseLife): number {
  if (possible.length > 0 || revokes.length > 0) return 0;
  const latestNs = Math.max(...renewals.map(({ operation, ttlNs }) => operation.endNs + ttlNs));
  const aliveNs = Math.max(0, ...looks.filter(({ present }) => present).map(({ operation }) => operation.startNs));
  return renewals.length === 0 ? 0 : Math.max(0, aliveNs - latestNs) / MS;
}
