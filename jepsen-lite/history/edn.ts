// Histories as EDN, as Jepsen stores them: one map a line. `elle-cli --model list-append history.edn`
// reads those of the append workload as they are.

import type { History, HistoryEvent, Json } from './types.js';

/** One line an event. The text ends with a newline unless the history is empty. */
export function edn(history: History): string {
  return history.map((event) => `${eventEdn(event)}\n`).join('');
}

function eventEdn(event: HistoryEvent): string {
  const { index, type, process, f, value, timeNs, error } = event;
  const fields = [
    `:index ${number(index)}`,
    `:type :${type}`,
    `:process ${process === 'nemesis' ? ':nemesis' : number(process)}`,
    `:f ${nameEdn(f)}`,
    `:value ${f === 'txn' ? microsEdn(value) : valueEdn(value)}`,
    `:time ${number(timeNs)}`,
  ];
  if (error !== undefined) fields.push(`:error ${stringEdn(error)}`);
  return `{${fields.join(', ')}}`;
}

/** Micro-operations are named by keywords: `[[:append "k" 1] [:r "k" nil]]`. */
function microsEdn(value: Json): string {
  if (!isList(value)) return valueEdn(value);
  const micros = value.map((micro) => {
    if (!isList(micro) || typeof micro[0] !== 'string') return valueEdn(micro);
    return `[${[nameEdn(micro[0]), ...micro.slice(1).map(valueEdn)].join(' ')}]`;
  });
  return `[${micros.join(' ')}]`;
}

function valueEdn(value: Json): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return stringEdn(value);
  if (isList(value)) return `[${value.map(valueEdn).join(' ')}]`;
  const entries = Object.entries(value).map(([key, v]) => `${nameEdn(key)} ${valueEdn(v)}`);
  return `{${entries.join(', ')}}`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`EDN has no number ${value}`);
  return String(value);
}

/** What every reader of EDN takes for a keyword; anything else is written as a string. */
const KEYWORD = /^[A-Za-z*!_?<>=][A-Za-z0-9*!_?<>=.+-]*$/;

const nameEdn = (name: string): string => (KEYWORD.test(name) ? `:${name}` : stringEdn(name));

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function stringEdn(text: string): string {
  const escaped = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped
    /["\\\u0000-\u001f\u007f\ud800-\udfff]/gu,
    (c) => ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
