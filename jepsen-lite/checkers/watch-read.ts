// What a history of writers and watchers tells, in types.

import type { Json, Operation } from '../history/types.js';
import { Fields, inputOf, outputOf } from './fields.js';

export interface Write {
  readonly operation: Operation;
  readonly puts: ReadonlyMap<string, string>;
  readonly deletes: ReadonlySet<string>;
  /** Acknowledged, and it changed something. */
  readonly revision: number | undefined;
  /** Keys that it deleted, as far as it was told. */
  readonly deleted: number;
}

/** A key as it was at some revision, and the operation which told so. */
export interface KeyState {
  readonly value: string;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly version: number;
  readonly operation: Operation;
}

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly value: string | null;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly version: number;
  readonly prev: { readonly value: string; readonly modRevision: number } | null;
  /** The batch that it came in. */
  readonly operation: Operation;
}

export interface Batch {
  readonly operation: Operation;
  /** Everything up to here has been delivered with it. */
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}

/** What a watcher saw from one beginning on. */
export interface Segment {
  readonly watcher: string;
  readonly begin: Operation;
  /** Everything after this revision is to be delivered. */
  readonly from: number;
  readonly start: ReadonlyMap<string, KeyState>;
  readonly batches: Batch[];
}

/** The state at the end. */
export interface Final {
  readonly operation: Operation;
  readonly revision: number;
  readonly state: ReadonlyMap<string, KeyState>;
}

export interface Told {
  readonly writes: readonly Write[];
  /** In the order in which they began. */
  readonly segments: readonly Segment[];
  readonly finals: readonly Final[];
}

export function read(operations: readonly Operation[]): Told {
  const writes: Write[] = [];
  const segments: Segment[] = [];
  const finals: Final[] = [];
  const present = new Map<string, Segment>();
  for (const operation of operations) {
    if (operation.f === 'write') {
      writes.push(writeOf(operation));
      continue;
    }
    if (operation.type !== 'ok') continue;
    const output = outputOf(operation);
    if (operation.f === 'final') {
      finals.push({ operation, revision: output.number('revision'), state: stateOf(output, operation) });
    } else if (operation.f === 'begin' || operation.f === 'reset') {
      const segment = segmentOf(output, operation);
      segments.push(segment);
      present.set(segment.watcher, segment);
    } else if (operation.f === 'events') {
      const segment = present.get(output.name('watcher'));
      if (segment === undefined) throw new Error(`events at ${operation.index} of a watcher that has not begun`);
      segment.batches.push(batchOf(output, operation));
    } else throw new Error(`${operation.f} at ${operation.index} is no operation of writers and watchers`);
  }
  return { writes, segments, finals };
}

function writeOf(operation: Operation): Write {
  const input = inputOf(operation);
  const puts = input.list('puts').map((pair) => tuple(pair, 2, operation) as [string, string]);
  const deletes = input.list('deletes') as readonly string[];
  const told = operation.type === 'ok' ? outputOf(operation) : undefined;
  return {
    operation,
    puts: new Map(puts),
    deletes: new Set(deletes),
    revision: told?.numberOrNull('revision') ?? undefined,
    deleted: told?.number('deleted') ?? 0,
  };
}

function segmentOf(output: Fields, operation: Operation): Segment {
  return {
    watcher: output.name('watcher'),
    begin: operation,
    from: output.number('revision'),
    start: stateOf(output, operation),
    batches: [],
  };
}

function batchOf(output: Fields, operation: Operation): Batch {
  const events = output.list('events').map((event) => eventOf(event, operation));
  return { operation, revision: output.number('revision'), events };
}

function eventOf(value: Json, operation: Operation): WatchEvent {
  const event = new Fields(value, `an event at ${operation.index}`);
  const type = event.text('type');
  if (type !== 'put' && type !== 'delete') throw new Error(`an event at ${operation.index} is a "${type}"`);
  const prev = event.objectOrNull('prev');
  return {
    type,
    key: event.text('key'),
    value: event.textOrNull('value'),
    modRevision: event.number('modRevision'),
    createRevision: event.number('createRevision'),
    version: event.number('version'),
    prev: prev === null ? null : { value: prev.text('value'), modRevision: prev.number('modRevision') },
    operation,
  };
}

function stateOf(output: Fields, operation: Operation): Map<string, KeyState> {
  const state = new Map<string, KeyState>();
  for (const kv of output.list('kvs')) {
    const [key, value, modRevision, createRevision, version] = tuple(kv, 5, operation) as [
      string,
      string,
      number,
      number,
      number,
    ];
    state.set(key, { value, modRevision, createRevision, version, operation });
  }
  return state;
}

function tuple(value: Json, length: number, { f, index }: Operation): readonly Json[] {
  if (Array.isArray(value) && value.length === length) return value;
  throw new Error(`${f} at ${index}: not a list of ${length}: ${JSON.stringify(value)}`);
}
