// All members must have the same history and the same state.

import type { Observer } from './observer.js';
import { becomes } from './wait.js';

const CALL_MS = 5_000;

/** Undefined if they agree; else how they differ. Rejects when one does not answer in time. */
export async function differences(observer: Observer, names: readonly string[]): Promise<string | undefined> {
  // A linearizable read: the member has everything that was acknowledged.
  const reads = names.map((n) => observer.client(n).kv.range('compare', 'comparf', { timeoutMs: CALL_MS }));
  const revision = Math.max(...(await Promise.all(reads)).map((r) => r.header?.revision ?? 0));
  let found: string[] = [];
  const compare = async (): Promise<boolean> => {
    const options = { timeoutMs: CALL_MS };
    const answers = await Promise.all(names.map((n) => observer.client(n).maintenance.hashKv(revision, options)));
    found = answers.map((a) => `${a.hash} above ${a.compactRevision}`);
    return new Set(found).size === 1;
  };
  // A member may still be compacting.
  if (await becomes(compare, CALL_MS)) return undefined;
  if (found.length === 0) throw new Error('no member answered with a hash');
  return `members differ at revision ${revision}: ${names.map((n, i) => `${n} ${found[i]}`).join(', ')}`;
}
