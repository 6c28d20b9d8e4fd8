// Histories in Jepsen's shape: what clients asked, what they were told, and when.

/** A JSON value: what an operation carries. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * `invoke`: asked. `ok`: took effect, and this is the answer. `fail`: certainly had no effect. `info`:
 * nobody knows; the operation stays open for ever, and its process ends (a new one takes its place).
 */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

export interface HistoryEvent {
  /** Position in the history, from 0. */
  readonly index: number;
  readonly type: EventType;
  /** The logical client; `nemesis` for faults. A process has at most one operation open. */
  readonly process: number | 'nemesis';
  /** The function: `read`, `write`, `cas`, `txn`, … */
  readonly f: string;
  readonly value: Json;
  /** Nanoseconds since the run began, never decreasing. */
  readonly timeNs: number;
  /** Why it failed, or is not known. */
  readonly error?: string;
}

export type History = readonly HistoryEvent[];

/** An invocation and what became of it. */
export interface Operation {
  readonly process: number;
  readonly f: string;
  /** `info` also when the history ends before the answer. */
  readonly type: 'ok' | 'fail' | 'info';
  /** Value of the invocation. */
  readonly input: Json;
  /** Value of the completion; that of the invocation when there is none. */
  readonly output: Json;
  /** Index of the invocation in the history: names the operation in anomalies. */
  readonly index: number;
  /** Index of the completion; Infinity when it is not known. */
  readonly endIndex: number;
  readonly startNs: number;
  /** Infinity when it is not known. */
  readonly endNs: number;
  readonly error?: string;
}
