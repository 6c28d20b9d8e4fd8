// Histories of registers in the format of the logs that porcupine is tested with (`test_data/jepsen` in
// its repository, read by `parseJepsenLog`, judged by `etcdModel`): the console log of Jepsen's etcd test,
//
//     INFO  jepsen.util - 3<tab>:invoke<tab>:cas<tab>[1 2]
//
// Such a log is of one register that begins as nil, and knows reads, writes and compare-and-swaps of
// numbers. So each key gets a log of its own, and where a key is deleted, "nothing" is a number too: one
// that nobody writes, and that an additional process writes before all others begin.

import { pair } from './pair.js';
import type { History, Operation } from './types.js';

type Value = number | null;

/**
 * The log of each key. Operations that failed are left out, for there `:fail` tells that a comparison did
 * not hold, and here that there was no effect, whatever the reason. Reads without an answer say nothing.
 */
export function porcupineLogs(history: History): Map<string, string> {
  const byKey = new Map<string, Operation[]>();
  for (const operation of pair(history)) {
    const [key] = operation.input as [string, unknown];
    const list = byKey.get(key) ?? [];
    byKey.set(key, list);
    if (operation.type === 'ok' || (operation.type === 'info' && operation.f !== 'read')) list.push(operation);
  }
  return new Map([...byKey].map(([key, operations]) => [key, logOf(operations)]));
}

function logOf(operations: readonly Operation[]): string {
  const absent = operations.some(namesNothing) ? 1 + Math.max(0, ...operations.flatMap(valuesOf)) : undefined;
  const marks = operations.flatMap((operation) => marksOf(operation, absent));
  marks.sort((a, b) => a.index - b.index);
  const lines = marks.map(({ line }) => line);
  if (absent !== undefined) {
    const first = 1 + Math.max(...operations.map((o) => o.process));
    lines.unshift(logLine(first, 'invoke', 'write', absent), logLine(first, 'ok', 'write', absent));
  }
  return lines.map((line) => `${line}\n`).join('');
}

interface Mark {
  readonly index: number;
  readonly line: string;
}

function marksOf(operation: Operation, absent: number | undefined): Mark[] {
  const { process, type, index, endIndex } = operation;
  const [f, asked, answered] = translate(operation, absent);
  const call = { index, line: logLine(process, 'invoke', f, asked) };
  if (type === 'ok') return [call, { index: endIndex, line: logLine(process, 'ok', f, answered) }];
  // The log has no line for the end of what may yet take effect: porcupine leaves it open.
  return [call];
}

type Argument = number | string;

function translate(operation: Operation, absent: number | undefined): [f: string, asked: Argument, answered: Argument] {
  const { f } = operation;
  const number = (value: Value): Argument => (value === null ? (absent ?? 'nil') : whole(value, operation));
  const [, argument] = operation.input as [string, Value | [Value, Value]];
  switch (f) {
    case 'read':
      return [f, 'nil', number((operation.output as [string, Value])[1])];
    case 'write':
      return [f, number(argument as Value), number(argument as Value)];
    case 'delete':
      return ['write', number(null), number(null)];
    case 'cas': {
      const text = `[${(argument as [Value, Value]).map(number).join(' ')}]`;
      return [f, text, text];
    }
    default:
      throw new RangeError(`operation ${operation.index}: a register does not know the function ${f}`);
  }
}

const logLine = (process: number, type: string, f: string, argument: Argument): string =>
  `INFO  jepsen.util - ${process}\t:${type}\t:${f}\t${argument}`;

function whole(value: number, operation: Operation): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`operation ${operation.index}: the log takes whole numbers of at least 0, not ${value}`);
}

/** Writing or expecting nothing; reading it is known to the log as nil. */
function namesNothing(operation: Operation): boolean {
  const [, argument] = operation.input as [string, Value | [Value, Value]];
  if (operation.f === 'read') return false;
  return operation.f === 'cas' ? (argument as Value[]).includes(null) : argument === null;
}

function valuesOf(operation: Operation): number[] {
  const values = [operation.input, operation.output].flatMap((pair) => (pair as [string, Value | Value[]])[1]);
  return values.filter((value) => value !== null);
}
