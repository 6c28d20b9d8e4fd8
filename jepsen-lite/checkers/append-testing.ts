// Transactions for tests, in short: `x+1 y=1,2 z=` appends 1 to x, reads [1 2] of y, and nothing of z.

import type { Json } from '../history/types.js';
import { fail, info, ok, type Step } from './testing/script.js';

export type Micros = readonly (readonly [f: 'append' | 'r', key: string, value: number | null | readonly number[]])[];

export function micros(short: string): Micros {
  return short.split(' ').map((part) => {
    const [, key = '', sign, values = ''] = /^(\w+)([+=])([\d,]*)$/.exec(part) ?? [];
    if (sign === '+') return ['append', key, Number(values)];
    return ['r', key, values === '' ? [] : values.split(',').map(Number)];
  });
}

/** What was asked, of an answer. */
export function asked(answer: Micros): Micros {
  return answer.map(([f, key, value]) => [f, key, f === 'r' ? null : value]);
}

type Span = readonly [startMs: number, endMs: number];

export const done = (span: Span, short: string): Step => {
  const answer = micros(short);
  return ok('txn', ...span, asked(answer) as Json, answer as Json);
};

export const failed = (span: Span, short: string): Step =>
  fail('txn', ...span, asked(micros(short)) as Json, 'conflict');

export const unknown = (span: Span, short: string): Step => info('txn', ...span, asked(micros(short)) as Json);
