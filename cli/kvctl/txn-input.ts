// The lines that describe a transaction.

import { type CompareInit, CompareResult, CompareTarget, type RequestOpInit } from '../../proto/gen/rpc.js';
import { argify } from './argify.js';
import { parseFlags, UsageError } from './cobra.js';
import { COMMANDS } from './commands.js';
import { Exit, ExitError } from './exit.js';
import type { Flag } from './flag.js';
import { parseInt64, quote, unquote } from './go-format.js';
import { type DelOptions, delRequest, type GetOptions, getRequest, type PutOptions, putRequest } from './operations.js';
import { toBytes } from './text.js';

const invalid = (message: string): ExitError => new ExitError(Exit.invalidInput, message);

const RESULTS: Readonly<Record<string, CompareResult>> = {
  '=': CompareResult.EQUAL,
  '!=': CompareResult.NOT_EQUAL,
  '<': CompareResult.LESS,
  '>': CompareResult.GREATER,
};

type Target = (text: string) => CompareInit;
const numeric = (text: string): number => Number(parseInt64(text, 10));
const version: Target = (text) => ({ target: CompareTarget.VERSION, version: numeric(text) });
const create: Target = (text) => ({ target: CompareTarget.CREATE, createRevision: numeric(text) });
const mod: Target = (text) => ({ target: CompareTarget.MOD, modRevision: numeric(text) });
const value: Target = (text) => ({ target: CompareTarget.VALUE, value: toBytes(text) });
const lease: Target = (text) => ({ target: CompareTarget.LEASE, lease: parseInt64(text, 16) });
const TARGETS: Readonly<Record<string, Target>> = {
  ver: version,
  version,
  c: create,
  create,
  m: mod,
  mod,
  val: value,
  value,
  lease,
};

const QUOTED = '"((?:[^"\\\\\\n]|\\\\.)*)"';
const SPACE = '[ \\t\\r]';
/** As far as it goes, like Go's Sscanf of `%q) %s %q`: what is missing stays empty. */
const COMPARISON = new RegExp(`^${SPACE}*${QUOTED}(?:\\)${SPACE}+([^ \\t\\r\\n]+)(?:${SPACE}+${QUOTED})?)?`);

/** `mod("key") > "0"`. Throws ExitError. */
export function parseComparison(line: string): CompareInit {
  const at = line.indexOf('(');
  if (at < 0) throw invalid(`malformed comparison: ${line}`);
  const target = line.slice(0, at);
  const [, quotedKey, operator = '', quotedValue] = COMPARISON.exec(line.slice(at + 1)) ?? [];
  const key = unquote(quotedKey ?? '');
  const operand = unquote(quotedValue ?? '');
  if (key === undefined || operand === undefined || quotedKey === undefined || quotedValue === undefined) {
    const got = `${target}(${quote(key ?? '')}) ${operator} ${quote(operand ?? '')}`;
    throw invalid(`malformed comparison: ${line}; got ${got}`);
  }
  const build = TARGETS[target];
  if (build === undefined) throw invalid(`malformed comparison: ${line} (unknown target ${target})`);
  const result = RESULTS[operator];
  if (result === undefined) throw invalid(`malformed comparison: ${line} (unknown operator ${operator})`);
  try {
    return { key: toBytes(key), result, ...build(operand) };
  } catch {
    throw invalid(`invalid txn compare request: ${line}`);
  }
}

/** A command's flags by commander's names for them. */
function optionsOf(flags: readonly Flag[], given: ReadonlyMap<Flag, string>): Record<string, unknown> {
  return Object.fromEntries(
    flags.map((flag) => {
      const text = given.get(flag);
      return [flag.attributeName(), text === undefined ? flag.defaultValue : flag.parseArg?.(text, undefined)];
    }),
  );
}

/** `get KEY`, `put KEY VALUE` or `del KEY` with their flags. Throws ExitError. */
export function parseOperation(line: string): RequestOpInit {
  const words = argify(line);
  const [name, ...rest] = words;
  if (words.length < 2) throw invalid(`invalid txn compare request: ${line}`);
  const spec = COMMANDS.find((each) => each.path === name);
  if (spec === undefined || (name !== 'get' && name !== 'put' && name !== 'del'))
    throw invalid(`invalid txn request: ${line}`);
  try {
    const { given, positionals } = parseFlags(spec.flags, rest);
    const options: unknown = optionsOf(spec.flags, given);
    if (name === 'get') return { requestRange: getRequest(positionals, options as GetOptions) };
    if (name === 'del') return { requestDeleteRange: delRequest(positionals, options as DelOptions) };
    // The standard input is where the transaction itself comes from.
    return { requestPut: putRequest(positionals, options as PutOptions, () => '') };
  } catch (error) {
    if (error instanceof UsageError) throw invalid(`invalid txn request: ${line}`);
    throw error;
  }
}
