// What get, put and del ask for, from their arguments and flags; txn takes its operations from here too.

import {
  type DeleteRangeRequestInit,
  type PutRequestInit,
  type RangeRequestInit,
  SortOrder,
  SortTarget,
} from '../../proto/gen/rpc.js';
import { Exit, ExitError } from './exit.js';
import { parseInt64, quote, type SyntaxProblem } from './go-format.js';
import { keyRange } from './key-range.js';
import { readStdin, toBytes } from './text.js';

export interface GetOptions {
  readonly consistency: string;
  readonly fromKey: boolean;
  readonly keysOnly: boolean;
  readonly limit: number;
  readonly order: string;
  readonly prefix: boolean;
  readonly printValueOnly: boolean;
  readonly rev: number;
  readonly sortBy: string;
}

export interface PutOptions {
  readonly ignoreLease: boolean;
  readonly ignoreValue: boolean;
  readonly lease: string;
  readonly prevKv: boolean;
}

export interface DelOptions {
  readonly fromKey: boolean;
  readonly prefix: boolean;
  readonly prevKv: boolean;
}

const badArguments = (message: string): ExitError => new ExitError(Exit.badArguments, message);
const EITHER = '`--prefix` and `--from-key` cannot be set at the same time, choose one';
const ONE_ARGUMENT = 'too many arguments, only accept one argument when `--prefix` or `--from-key` is set';

const ORDERS: Readonly<Record<string, SortOrder>> = {
  '': SortOrder.NONE,
  ASCEND: SortOrder.ASCEND,
  DESCEND: SortOrder.DESCEND,
};
const TARGETS: Readonly<Record<string, SortTarget>> = {
  '': SortTarget.KEY,
  CREATE: SortTarget.CREATE,
  KEY: SortTarget.KEY,
  MODIFY: SortTarget.MOD,
  VALUE: SortTarget.VALUE,
  VERSION: SortTarget.VERSION,
};

/** Throws ExitError. */
export function getRequest(args: readonly string[], options: GetOptions): RangeRequestInit {
  const [key, end] = args;
  if (key === undefined)
    throw badArguments('get command needs one argument as key and an optional argument as range_end');
  if (options.prefix && options.fromKey) throw badArguments(EITHER);
  if (options.consistency !== 's' && options.consistency !== 'l')
    throw new ExitError(Exit.badFeature, `unknown consistency flag ${quote(options.consistency)}`);
  if (end !== undefined && (options.prefix || options.fromKey)) throw badArguments(ONE_ARGUMENT);
  const sortOrder = ORDERS[options.order.toUpperCase()];
  if (sortOrder === undefined) throw new ExitError(Exit.badFeature, `bad sort order ${options.order}`);
  const sortTarget = TARGETS[options.sortBy.toUpperCase()];
  if (sortTarget === undefined) throw new ExitError(Exit.badFeature, `bad sort target ${options.sortBy}`);
  const plain = sortTarget === SortTarget.KEY && sortOrder === SortOrder.ASCEND;
  return {
    ...keyRange(key, end, options),
    limit: options.limit,
    revision: Math.max(0, options.rev),
    // This is the order that answers come in anyway; asked for, it would cost the server a sort.
    sortOrder: plain ? SortOrder.NONE : sortOrder,
    sortTarget,
    serializable: options.consistency === 's',
    keysOnly: options.keysOnly,
  };
}

/** Reads the value from the standard input if it is not among the arguments. Throws ExitError. */
export function putRequest(args: readonly string[], options: PutOptions, stdin = readStdin): PutRequestInit {
  const [key, given] = args;
  const missing = 'put command needs 1 argument and input from stdin or 2 arguments';
  if (key === undefined) throw badArguments(missing);
  if (options.ignoreValue && given !== undefined)
    throw badArguments("put command needs only 1 argument when 'ignore-value' is set");
  const value = options.ignoreValue ? '' : (given ?? stdin());
  if (given === undefined && !options.ignoreValue && value === '') throw badArguments(missing);
  return {
    key: toBytes(key),
    value: toBytes(value),
    lease: leaseId(options.lease, 'bad lease ID (', '), expecting ID in Hex'),
    prevKv: options.prevKv,
    ignoreValue: options.ignoreValue,
    ignoreLease: options.ignoreLease,
  };
}

/** Throws ExitError. */
export function delRequest(args: readonly string[], options: DelOptions): DeleteRangeRequestInit {
  const [key, end] = args;
  if (key === undefined || args.length > 2)
    throw badArguments('del command needs one argument as key and an optional argument as range_end');
  if (options.prefix && options.fromKey) throw badArguments(EITHER);
  if (end !== undefined && (options.prefix || options.fromKey)) throw badArguments(ONE_ARGUMENT);
  return { ...keyRange(key, end, options), prevKv: options.prevKv };
}

/** A lease ID in hexadecimal. Throws ExitError with the reason between `before` and `after`. */
export function leaseId(text: string, before: string, after: string): bigint {
  try {
    return parseInt64(text, 16);
  } catch (error) {
    throw badArguments(`${before}${(error as SyntaxProblem).message}${after}`);
  }
}
