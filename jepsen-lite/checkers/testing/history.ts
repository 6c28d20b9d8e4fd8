// Histories for the tests of checkers, in short. One line is one event, or a whole operation:
//
//     0 invoke write ["x",1]      process 0 asks
//     0 ok                        it is answered; the value is that of the invocation
//     0 ok ["x",1]                the same with a value of its own; likewise `fail` and `info`
//     1 read ["x",null] -> ["x",1]   asked, and answered before anything else happens
//     1 write ["x",2]             the same; the answer's value is that of the invocation
//     1 write ["x",2] !fail       the same, but it fails; likewise `!info`

import { Recorder } from '../../history/recorder.js';
import type { EventType, History, Json } from '../../history/types.js';
import type { Checker, Verdict } from '../types.js';

const END = /^(\d+) (ok|fail|info)(?: (.+))?$/;
const INVOKE = /^(\d+) invoke (\S+) (.+)$/;
const WHOLE = /^(\d+) (\S+) (.+?)(?: -> (.+?))?(?: !(fail|info))?$/;
const MS = 1_000_000;

interface Script {
  readonly events: History;
  /** By the index of an invocation: the number of its line, from 0. */
  readonly lineOf: ReadonlyMap<number, number>;
}

/** The history that the lines tell, an event each millisecond. Throws for lines that it can't read. */
export const history = (...lines: readonly string[]): History => read(lines).events;

function read(lines: readonly string[]): Script {
  let timeNs = 0;
  const recorder = new Recorder(() => (timeNs += MS));
  const asked = new Map<number, { readonly f: string; readonly value: Json }>();
  const lineOf = new Map<number, number>();
  const invoke = (process: number, f: string, value: Json, line: number): void => {
    lineOf.set(recorder.events.length, line);
    asked.set(process, { f, value });
    recorder.add('invoke', process, f, value);
  };
  const end = (process: number, type: EventType, value: string | undefined, line: string): void => {
    const open = asked.get(process);
    asked.delete(process);
    if (open === undefined) throw new Error(`"${line}" answers what was not asked`);
    recorder.add(type, process, open.f, value === undefined ? open.value : parse(value, line));
  };
  for (const [at, line] of lines.entries()) {
    const ended = END.exec(line);
    if (ended !== null) {
      end(Number(ended[1]), ended[2] as EventType, ended[3], line);
      continue;
    }
    const [, process, f, value, output, type] = INVOKE.exec(line) ?? WHOLE.exec(line) ?? [];
    if (process === undefined) throw new Error(`not a line of a history: "${line}"`);
    invoke(Number(process), f as string, parse(value as string, line), at);
    if (!INVOKE.test(line)) end(Number(process), (type ?? 'ok') as EventType, output, line);
  }
  return { events: recorder.events, lineOf };
}

function parse(text: string, line: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error(`"${text}" is no JSON value, in "${line}"`);
  }
}

/** An anomaly's name, and the numbers of the lines (from 0) that began the operations which show it. */
export type Found = readonly [name: string, lines: readonly number[]];

/** What a checker says of the history that the lines tell. */
export function judge(checker: Checker, lines: readonly string[]): { verdict: Verdict; found: Found[] } {
  const { events, lineOf } = read(lines);
  const verdict = checker(events);
  const found = verdict.anomalies.map(
    ({ name, operations }): Found => [name, operations.map((index) => lineOf.get(index) ?? Number.NaN)],
  );
  return { verdict, found };
}
