// Short histories for the tests of append.

import { done, failed, unknown } from './append-testing.js';
import type { Step } from './testing/script.js';

/** Strictly serializable. */
export const GOOD: readonly [shows: string, steps: readonly Step[]][] = [
  ['nothing happens', []],
  ['one append', [done([0, 5], 'x+1')]],
  ['reads of nothing', [done([0, 5], 'x= y='), done([10, 15], 'x=')]],
  ['append and read, one after another', [done([0, 5], 'x+1'), done([10, 15], 'x=1'), done([20, 25], 'x+2 x=1,2')]],
  ['a read during an append, of before', [done([0, 10], 'x+1'), done([5, 15], 'x=')]],
  ['a read during an append, of after', [done([0, 10], 'x+1'), done([5, 7], 'x=1')]],
  [
    'appends at the same time, in the order of neither start',
    [done([0, 10], 'x+1'), done([1, 9], 'x+2'), done([20, 25], 'x=2,1')],
  ],
  ['a failed append that nobody sees', [failed([0, 5], 'x+1'), done([10, 15], 'x=')]],
  ['an unknown append that nobody sees', [unknown([0, 5], 'x+1'), done([10, 15], 'x=')]],
  ['an unknown append that is seen late', [unknown([0, 5], 'x+1'), done([10, 15], 'x='), done([20, 25], 'x=1')]],
  ['an unknown append after a later one', [unknown([0, 5], 'x+1'), done([10, 15], 'x+2'), done([20, 25], 'x=2,1')]],
  ['several appends in one', [done([0, 5], 'x+1 x+2 y+1'), done([10, 15], 'x=1,2 y=1')]],
  ['its own appends, halfway', [done([0, 5], 'x+1 x=1 x+2 x=1,2'), done([10, 15], 'x=1,2')]],
  ['a read before and after its own append', [done([0, 5], 'x+1'), done([10, 15], 'x=1 x+2 x=1,2')]],
  ['append first, and read of what others left too', [done([0, 5], 'x+1'), done([10, 15], 'x+2 x=1,2')]],
  [
    'appends that nobody reads any more',
    [done([0, 5], 'x+1'), done([10, 15], 'x=1'), done([20, 25], 'x+2'), done([21, 26], 'x+3')],
  ],
  ['a reader that appends last, and nobody reads it', [done([0, 5], 'x+1'), done([10, 15], 'x=1 x+2')]],
  ['an append that the last read comes before', [done([0, 10], 'x=  y+1'), done([5, 15], 'x+1 y=1')]],
  ['several keys, read together', [done([0, 10], 'x+1 y+1'), done([2, 12], 'x+2 y+2'), done([20, 25], 'x=2,1 y=2,1')]],
  [
    'a chain through a transaction that takes long',
    [done([0, 100], 'x=1 y+1'), done([5, 10], 'x+1'), done([110, 115], 'y=1')],
  ],
];

const SKEW = [done([0, 10], 'x= y+1'), done([1, 11], 'y= x+1')];

/** Not so: what must be found, with the steps that show it. */
export const BAD: readonly [shows: string, found: [string, number[]][], steps: readonly Step[]][] = [
  ['a failed append is read', [['G1a', [0, 1]]], [failed([0, 5], 'x+1'), done([10, 15], 'x=1')]],
  [
    'an append after a failed one',
    [
      ['G1a', [0, 2]],
      ['dirty-update', [0, 1]],
    ],
    [failed([0, 5], 'x+1'), done([10, 15], 'x+2'), done([20, 25], 'x=1,2')],
  ],
  [
    'half of a transaction',
    [
      ['G1b', [0, 1]],
      ['G-single', [0, 1]],
    ],
    [done([0, 10], 'x+1 x+2'), done([5, 15], 'x=1')],
  ],
  ['its own append missing', [['internal', [0]]], [done([0, 5], 'x+1 x=')]],
  ['its own append not last', [['internal', [0]]], [done([0, 10], 'x+1 x=1,2'), done([0, 10], 'x+2')]],
  ['two lists of one key', [['internal', [1]]], [done([0, 10], 'x+1'), done([1, 11], 'x= x=1')]],
  ['an element twice', [['duplicate-element', [1]]], [done([0, 5], 'x+1'), done([10, 15], 'x=1,1')]],
  ['an element of nobody', [['phantom', [0]]], [done([0, 5], 'x=7')]],
  [
    'two orders',
    [['incompatible-order', [2, 3]]],
    [done([0, 10], 'x+1'), done([1, 11], 'x+2'), done([5, 12], 'x=1,2'), done([5, 13], 'x=2,1')],
  ],
  [
    'two orders, of different length',
    [['incompatible-order', [2, 3]]],
    [done([0, 10], 'x+1'), done([1, 11], 'x+2'), done([5, 12], 'x=1'), done([5, 13], 'x=2,1')],
  ],
  [
    'the appends of one transaction the wrong way round',
    [['incompatible-order', [0, 1]]],
    [done([0, 5], 'x+1 x+2'), done([10, 15], 'x+3 x=2,1,3')],
  ],
  [
    'appends mixed',
    [['G0', [0, 1]]],
    [done([0, 10], 'x+1 y+1'), done([1, 11], 'x+2 y+2'), done([20, 25], 'x=1,2 y=2,1')],
  ],
  ['each reads what the other appends', [['G1c', [0, 1]]], [done([0, 10], 'x+1 y=1'), done([1, 11], 'y+1 x=1')]],
  [
    'a torn read',
    [['G-single', [0, 1]]],
    [done([0, 10], 'x+1 y+1'), done([1, 11], 'x=1 y='), done([20, 25], 'x=1 y=1')],
  ],
  [
    'a torn read of appends that nobody reads whole',
    [['G-single', [0, 1]]],
    [done([0, 10], 'x+1 y+1'), done([1, 11], 'x=1 y=')],
  ],
  [
    'a lost update',
    [['G-single', [0, 1]]],
    [done([0, 10], 'x= x+1'), done([1, 11], 'x= x+2'), done([20, 25], 'x=1,2')],
  ],
  ['write skew', [['G2', [0, 1]]], [...SKEW, done([20, 25], 'x=1 y=1')]],
  ['write skew that nobody reads', [['G2', [0, 1]]], SKEW],
  [
    'two appends to what both read, that nobody reads',
    [['G2', [0, 1]]],
    [done([0, 10], 'x= x+1'), done([1, 11], 'x= x+2')],
  ],
  [
    'a long fork',
    [['G2', [0, 1, 2, 3]]],
    [done([0, 30], 'x+1'), done([0, 31], 'y+1'), done([1, 32], 'x=1 y='), done([2, 33], 'x= y=1')],
  ],
  [
    'an append before one that was over',
    [['G0-realtime', [0, 1]]],
    [done([0, 5], 'x+1'), done([10, 15], 'x+2'), done([20, 25], 'x=2,1')],
  ],
  ['a read of the future', [['G1c-realtime', [0, 1]]], [done([0, 5], 'x=1'), done([10, 15], 'x+1')]],
  [
    'a read of the future, of an unknown append',
    [['G1c-realtime', [0, 1]]],
    [done([0, 5], 'x=1'), unknown([10, 15], 'x+1')],
  ],
  [
    'a stale read',
    [['G-single-realtime', [1, 2]]],
    [done([0, 5], 'x+1'), done([10, 15], 'x+2'), done([20, 25], 'x=1'), done([30, 35], 'x=1,2')],
  ],
  [
    'an acknowledged append missing from all reads',
    [['G-single-realtime', [0, 1]]],
    [done([0, 5], 'x+1'), done([10, 15], 'x=')],
  ],
  [
    'an acknowledged append missing after others',
    [['G-single-realtime', [1, 3]]],
    [done([0, 5], 'x+1'), done([10, 15], 'x+2'), done([10, 16], 'x+3'), done([20, 25], 'x=1,3')],
  ],
  [
    'an acknowledged append missing from a read by one that appends too',
    [['G-single-realtime', [0, 1]]],
    [done([0, 5], 'x+1'), done([10, 15], 'x= x+2')],
  ],
  ['half of an unknown transaction', [['G-single', [0, 1]]], [unknown([0, 5], 'x+1 y+1'), done([10, 15], 'x=1 y=')]],
  [
    'three that only real time forbids',
    [['G2-realtime', [0, 1, 2]]],
    [done([10, 60], 'y= x+1'), done([20, 30], 'y+1'), done([40, 70], 'x=')],
  ],
];
