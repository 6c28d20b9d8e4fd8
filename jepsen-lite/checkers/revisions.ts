// Revisions are unique and follow real time, whatever keys they belong to.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

/**
 * Functions: `write` (`{key}`, answered with `{key, revision}`) and `read` (`{key}`, answered with `{key,
 * revision, modRevision}`). Keys are never deleted.
 *
 * With several partitions (`apart`) a read's revision follows what is known of its key, not what is known of others:
 * its partition is not told of those (C1 of docs/design/partitions.md). A write's follows everything, as ever.
 */
export function checkRevisions(history: History, apart = false): Verdict {
  const operations = pair(history).filter((o) => o.type === 'ok');
  for (const operation of operations) checkShape(operation);
  const writes = operations.filter((o) => o.f === 'write');
  const findings = new Findings();
  checkUnique(writes, findings);
  checkOrder(operations, apart, findings);
  return findings.verdict('revision', { writes: writes.length, reads: operations.length - writes.length });
}

function checkShape({ f, input, output, index }: Operation): void {
  const asked = fieldsOf(input);
  const answer = fieldsOf(output);
  const fits =
    typeof asked['key'] === 'string' &&
    answer['key'] === asked['key'] &&
    Number.isSafeInteger(answer['revision']) &&
    (f === 'write' || (f === 'read' && Number.isSafeInteger(answer['modRevision'])));
  if (!fits)
    throw new RangeError(`operation ${index}: no write or read with revisions: ${f} ${JSON.stringify(output)}`);
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const keyOf = (o: Operation): string => (o.input as { key: string }).key;
const revisionOf = (o: Operation): number => (o.output as { revision: number }).revision;
/** The revision of the key's last change that the operation knows of. */
const changeOf = (o: Operation): number =>
  o.f === 'write' ? revisionOf(o) : (o.output as { modRevision: number }).modRevision;

function checkUnique(writes: readonly Operation[], findings: Findings): void {
  const owners = new Map<number, Operation>();
  for (const write of writes) {
    const revision = revisionOf(write);
    const owner = owners.get(revision);
    if (owner === undefined) owners.set(revision, write);
    else {
      findings.add('revision-reused', `two writes were acknowledged with revision ${revision}`, [owner, write]);
    }
  }
}

/** Goes through beginnings and ends in order, and compares each beginning with the largest that ended before. */
function checkOrder(operations: readonly Operation[], apart: boolean, findings: Findings): void {
  const byEnd = [...operations].sort((a, b) => a.endIndex - b.endIndex);
  const newestOf = new Map<string, Operation>();
  let newest: Operation | undefined;
  let ended = 0;
  for (const o of operations) {
    for (; (byEnd[ended]?.endIndex ?? Number.POSITIVE_INFINITY) < o.index; ended++) {
      const before = byEnd[ended] as Operation;
      if (newest === undefined || revisionOf(before) > revisionOf(newest)) newest = before;
      const ofKey = newestOf.get(keyOf(before));
      if (ofKey === undefined || changeOf(before) > changeOf(ofKey)) newestOf.set(keyOf(before), before);
    }
    const newestOfKey = newestOf.get(keyOf(o));
    if (!apart || o.f === 'write') compare(o, newest, findings);
    if (o.f === 'read') compareChange(o, newestOfKey, findings);
  }
}

function compare(o: Operation, newest: Operation | undefined, findings: Findings): void {
  const revision = revisionOf(o);
  const known = newest === undefined ? Number.NEGATIVE_INFINITY : revisionOf(newest);
  if (newest !== undefined && (o.f === 'write' ? revision <= known : revision < known)) {
    findings.add('revision-order', `a ${o.f} has revision ${revision}, and ${known} was known before it began`, [
      newest,
      o,
    ]);
  }
}

function compareChange(read: Operation, newest: Operation | undefined, findings: Findings): void {
  const [shown, revision] = [changeOf(read), revisionOf(read)];
  if (shown > revision) {
    findings.add('from-the-future', `a read at revision ${revision} shows a change of revision ${shown}`, [read]);
  }
  if (newest !== undefined && shown < changeOf(newest)) {
    findings.add(
      'stale-read',
      `a read shows revision ${shown} of ${keyOf(read)}, and ${changeOf(newest)} was known before it began`,
      [newest, read],
    );
  }
}
