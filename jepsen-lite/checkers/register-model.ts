// What a key of the store is to its clients: a register that holds a number, or nothing.

import type { Operation } from '../history/types.js';
import type { Model } from './linearizable.js';

export type Value = number | null;

export const registerModel: Model<Value> = {
  init: null,
  key: (state) => state ?? 'nothing',
  isRead: (operation) => operation.f === 'read',
  step(state, operation) {
    const seen = seenBy(operation);
    if (seen !== undefined && seen !== state) return undefined;
    const written = writtenBy(operation);
    return written === undefined ? state : written;
  },
};

export const keyOf = (operation: Operation): string => (operation.input as [string, ...unknown[]])[0];

/** The value that the operation must have found: of reads, and of compare-and-swaps. */
export function seenBy({ f, type, input, output }: Operation): Value | undefined {
  if (f === 'read') return type === 'ok' ? (output as [string, Value])[1] : undefined;
  return f === 'cas' ? (input as [string, [Value, Value]])[1][0] : undefined;
}

/** The value that the operation leaves behind; undefined when it leaves the one that it found. */
export function writtenBy({ f, input }: Operation): Value | undefined {
  if (f === 'write') return (input as [string, Value])[1];
  if (f === 'cas') return (input as [string, [Value, Value]])[1][1];
  return f === 'delete' ? null : undefined;
}

/** Throws for what is no operation of a register. */
export function checkShape({ f, type, input, output, index }: Operation): void {
  const [key, argument, ...rest] = Array.isArray(input) ? (input as unknown[]) : [];
  const answer = Array.isArray(output) ? (output as unknown[]) : [];
  const fits =
    typeof key === 'string' &&
    rest.length === 0 &&
    ((f === 'read' && (type !== 'ok' || (answer[0] === key && isValue(answer[1])))) ||
      (f === 'write' && typeof argument === 'number') ||
      (f === 'cas' && Array.isArray(argument) && argument.length === 2 && argument.every(isValue)) ||
      f === 'delete');
  if (!fits) throw new RangeError(`operation ${index}: not one of a register: ${f} ${JSON.stringify(input)}`);
}

const isValue = (value: unknown): value is Value => value === null || typeof value === 'number';
