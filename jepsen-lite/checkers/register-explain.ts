// Which operations on a register may have written what others saw.

import type { Operation } from '../history/types.js';
import { seenBy, type Value, writtenBy } from './register-model.js';
import { Overwritten } from './register-suspects.js';

/**
 * Open operations only matter where somebody saw what they wrote, and until the last who did had ended:
 * the others are left out, and these get that end. Reads that were not answered are left out too.
 */
export function withoutIdle(operations: readonly Operation[]): Operation[] {
  const lastSeen = lastSights(operations);
  return operations.flatMap((o) => {
    if (o.type === 'ok') return [o];
    const until = lastSeen.get(writtenBy(o) as Value) ?? -1;
    return until > o.index ? [{ ...o, endIndex: until }] : [];
  });
}

/** Of each value, the end of the last operation that saw it. An open one counts if somebody saw what it wrote. */
function lastSights(operations: readonly Operation[]): Map<Value, number> {
  const last = new Map<Value, number>();
  const see = (value: Value | undefined, endIndex: number): boolean => {
    if (value === undefined || (last.get(value) ?? -1) >= endIndex) return false;
    last.set(value, endIndex);
    return true;
  };
  const swaps: Operation[] = [];
  for (const o of operations) {
    if (o.type === 'ok') see(seenBy(o), o.endIndex);
    else if (o.f === 'cas') swaps.push(o);
  }
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const o of swaps) {
      const until = last.get(writtenBy(o) as Value) ?? -1;
      if (until > o.index && see(seenBy(o), until)) hasChanged = true;
    }
  }
  return last;
}

/**
 * `gone`, and all that saw what it may have written, and what saw what those wrote, and so on. Numbers go
 * with whoever saw them even if they had certainly been overwritten by then: it is worth telling where an
 * old number came from. Nothing is there in the beginning too, and needs no explanation then.
 */
export function withWitnesses(gone: ReadonlySet<Operation>, operations: readonly Operation[]): Set<Operation> {
  const witnesses = new Map<Value, Operation[]>();
  for (const o of operations) {
    const seen = seenBy(o);
    if (seen === undefined) continue;
    const list = witnesses.get(seen) ?? [];
    witnesses.set(seen, list);
    list.push(o);
  }
  const overwritten = new Overwritten(operations);
  const all = new Set(gone);
  // The set grows while it is gone through: a loop over a set sees what is added to it.
  for (const writer of all) {
    const written = writtenBy(writer);
    if (written === undefined) continue;
    for (const witness of witnesses.get(written) ?? []) {
      const isSource = writer.index < witness.endIndex && overwritten.by(writer.endIndex, witness.index) === undefined;
      if (written === null && !isSource) continue;
      all.add(witness);
    }
  }
  return all;
}
