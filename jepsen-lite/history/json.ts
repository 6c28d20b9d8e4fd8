// Histories as JSON lines: one event a line, with the names of Jepsen's fields.

import type { EventType, History, HistoryEvent, Json } from './types.js';

/** A text that is no history; says in which line, and why. */
export class HistoryFormatError extends Error {
  readonly line: number;

  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
    this.name = 'HistoryFormatError';
    this.line = line;
  }
}

/** The text ends with a newline unless the history is empty. */
export function jsonLines(history: History): string {
  return history.map((event) => `${JSON.stringify(fieldsOf(event))}\n`).join('');
}

function fieldsOf({ index, type, process, f, value, timeNs, error }: HistoryEvent): Json {
  return { index, type, process, f, value, time: timeNs, ...(error !== undefined && { error }) };
}

/**
 * Reads what `jsonLines` writes, and histories of others: fields that it does not know are passed over,
 * as are empty lines. Throws {@link HistoryFormatError}.
 */
export function parseJsonLines(text: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  text.split('\n').forEach((source, i) => {
    if (source.trim() === '') return;
    const line = new Line(i + 1, source);
    const event = line.event();
    line.expect(event.index === events.length, `index ${event.index} where ${events.length} comes next`);
    const before = events.at(-1);
    line.expect(
      before === undefined || event.timeNs >= before.timeNs,
      `time goes back, from ${before?.timeNs} to ${event.timeNs}`,
    );
    events.push(event);
  });
  return events;
}

const TYPES: readonly string[] = ['invoke', 'ok', 'fail', 'info'] satisfies EventType[];

class Line {
  readonly #number: number;
  readonly #fields: Readonly<Record<string, Json>>;

  constructor(number: number, source: string) {
    this.#number = number;
    const parsed = this.#parse(source);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) this.#fail('not an object');
    this.#fields = parsed as Readonly<Record<string, Json>>;
  }

  #parse(source: string): Json {
    try {
      return JSON.parse(source) as Json;
    } catch (error) {
      return this.#fail(`not JSON: ${(error as Error).message}`);
    }
  }

  event(): HistoryEvent {
    const type = this.#string('type');
    this.expect(TYPES.includes(type), `type must be one of ${TYPES.join(', ')}, not ${JSON.stringify(type)}`);
    const error = this.#fields['error'] === undefined ? undefined : this.#string('error');
    return {
      index: this.#whole('index'),
      type: type as EventType,
      process: this.#fields['process'] === 'nemesis' ? 'nemesis' : this.#whole('process'),
      f: this.#string('f'),
      value: this.#fields['value'] ?? null,
      timeNs: this.#whole('time'),
      ...(error !== undefined && { error }),
    };
  }

  expect(holds: boolean, why: string): void {
    if (!holds) this.#fail(why);
  }

  #string(name: string): string {
    const value = this.#field(name);
    return typeof value === 'string' ? value : this.#fail(`${name} must be a string, not ${JSON.stringify(value)}`);
  }

  #whole(name: string): number {
    const value = this.#field(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.#fail(`${name} must be a whole number of at least 0, not ${JSON.stringify(value)}`);
  }

  #field(name: string): Json {
    return this.#fields[name] ?? this.#fail(`${name} is missing`);
  }

  #fail(why: string): never {
    throw new HistoryFormatError(this.#number, why);
  }
}
