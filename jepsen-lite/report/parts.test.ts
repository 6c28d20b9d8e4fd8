import { describe, expect, it } from 'vitest';
import type { Json } from '../history/types.js';
import { LogAxis, linearTicks, TimeAxis, tickLabel } from './axis.js';
import { cycleGraph, edgesOf } from './cycle.js';
import { duration, plain, ratio } from './format.js';
import { html } from './markup.js';
import { describe as describeOperation, sample, showWorkload } from './operations.js';
import type { WorkloadResult } from './types.js';

describe('format', () => {
  it.each([
    [0.4, '0.4 ms'],
    [12.34, '12 ms'],
    [3_250, '3.25 s'],
    [125_000, '2 min 5 s'],
    [120_000, '2 min'],
    [3_840_000, '1 h 4 min'],
    [Number.POSITIVE_INFINITY, 'for ever'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('names ratios with few digits', () =>
    expect([0.314, 24.39, 1234.5].map(ratio)).toEqual(['0.31', '24.4', '1,235']));

  it('shortens long lists in their middle', () => {
    expect(plain([1, 2, 3, 4, 5, 6, 7, 8], 6)).toBe('[1 2 … 5 6 7 8]');
    expect(plain({ a: null, b: [[1], 'x'] })).toBe('a nothing, b [[1] x]');
  });
});

describe('axes', () => {
  it('have round ticks', () => {
    expect(new TimeAxis(30_000).ticks(10)).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000]);
    expect(new TimeAxis(3_600_000).ticks(10)).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => n * 600_000));
    expect(new TimeAxis(30 * 86_400_000).ticks(10).length).toBeLessThan(12);
    expect(linearTicks(37)).toEqual([0, 10, 20, 30, 40]);
    expect(linearTicks(0)).toEqual([0, 0.5, 1]);
    expect(new LogAxis(1.5, 1_500).ticks).toEqual([1, 10, 100, 1_000, 10_000]);
  });

  it('name moments in units that fit', () => {
    expect(tickLabel(500, 1_000)).toBe('500 ms');
    expect(tickLabel(2_500, 30_000)).toBe('2.5 s');
    expect(tickLabel(150_000, 900_000)).toBe('2:30 min');
    expect(tickLabel(5_400_000, 20_000_000)).toBe('1:30 h');
  });

  it('keep what is outside at the edge, and what is short visible', () => {
    const axis = new TimeAxis(1_000);
    expect([axis.at(-5), axis.at(250), axis.at(2_000)]).toEqual(['0%', '25%', '100%']);
    expect(axis.width(10, 10)).toBe('0.06%');
    expect(new LogAxis(1, 100).share(10)).toBe(0.5);
  });
});

describe('markup', () => {
  it('escapes everything but markup', () => {
    const quoted = html`<a title="${`"'<>&`}">${['<b>', html`<i>${1}</i>`, undefined, false]}</a>`;
    expect(quoted.text).toBe('<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;<i>1</i></a>');
  });
});

describe('operations', () => {
  const workload = (rows: readonly (readonly ['invoke' | 'ok' | 'info', number])[]): WorkloadResult => ({
    name: 'w',
    verdicts: [],
    history: rows.map(([type, process], index) => ({
      index,
      type,
      process,
      f: 'read',
      value: null,
      timeNs: index * 1e6,
    })),
  });

  it('share a row when one process takes the place of another', () => {
    const shown = showWorkload(
      workload([
        ['invoke', 0],
        ['invoke', 1],
        ['info', 0],
        ['invoke', 2],
        ['ok', 1],
        ['ok', 2],
      ]),
      0,
      10,
    );
    expect(shown.lanes).toEqual(['client 0', 'client 1']);
    expect(shown.operations.map((o) => [o.lane, o.startMs, o.endMs])).toEqual([
      [0, 0, 2],
      [1, 1, 4],
      [0, 3, 5],
    ]);
  });

  it('of one moment each are one row, whoever saw them; a row is free after the last of a process', () => {
    const moments = workload([
      ['invoke', 0],
      ['ok', 0],
      ['invoke', 7],
      ['ok', 7],
      ['invoke', 8],
      ['ok', 8],
      ['invoke', 1],
      ['ok', 1],
    ]);
    const history = moments.history.map((e) => (e.process === 7 || e.process === 8 ? { ...e, timeNs: 2e6 } : e));
    const shown = showWorkload({ ...moments, history }, 0, 10);
    expect(shown.lanes).toEqual(['client 0', 'observed']);
    expect(shown.operations.map((o) => o.lane)).toEqual([0, 1, 1, 0]);
  });

  it('last until the end when nobody gave them up', () => {
    expect(showWorkload(workload([['invoke', 0]]), 0, 10).operations[0]?.endMs).toBe(10);
  });

  it.each<[f: string, input: Json, output: Json, text: string]>([
    ['write', { lock: 'l', token: 43 }, { lock: 'l', token: 43, order: 54 }, 'write lock l, token 43 → order 54'],
    ['write', { lock: 'l', token: 43 }, { token: 43, lock: 'l' }, 'write lock l, token 43'],
    [
      'campaign',
      { election: 'e', value: 'p' },
      { election: 'e', value: 'q' },
      'campaign election e, value p → value q',
    ],
    ['add', 7, 7, 'add 7'],
    ['read', null, [1, 2], 'read → [1 2]'],
    ['read', ['r1', null], ['r1', 5], 'read r1 → 5'],
  ])('are told in short: %s %j → %j', (f, input, output, text) => {
    const operation = {
      process: 0,
      type: 'ok',
      f,
      input,
      output,
      index: 0,
      endIndex: 1,
      startNs: 0,
      endNs: 1,
    } as const;
    expect(describeOperation(operation)).toBe(text);
  });

  it('are sampled with those that are named, and their neighbours', () => {
    const rows = Array.from({ length: 400 }, (_, i) => [i % 2 === 0 ? 'invoke' : 'ok', 0] as const);
    const all = showWorkload(workload(rows), 0, 400).operations;
    const named = new Set([all[100], all[150]].filter((o) => o !== undefined));
    const chosen = new Set(sample(all, named, 50));
    expect(chosen.size).toBe(50);
    for (const at of [100, 99, 101, 150, 149, 151]) expect(chosen.has(all[at] as (typeof all)[number])).toBe(true);
    expect([...chosen].filter((o) => o.startMs < 150).length).toBeGreaterThan(3);
    expect(sample(all, named, 1_000)).toHaveLength(200);
    expect(sample(all, new Set(), 50)).toHaveLength(50);
  });
});

describe('cycles', () => {
  const edge = (from: number, to: number) => ({ from, to, kind: 'rw', why: undefined });

  it('are read from either name of the detail', () => {
    const list = [{ from: 1, to: 2, kind: 'ww', key: 'x' }, 'noise', { from: 1 }];
    const expected = [{ from: 1, to: 2, kind: 'ww', why: 'through x' }];
    expect(edgesOf({ cycle: list })).toEqual(expected);
    expect(edgesOf({ edges: list })).toEqual(expected);
    for (const other of [undefined, null, 5, [], {}, { cycle: 7 }]) expect(edgesOf(other)).toEqual([]);
  });

  it('are drawn within their picture, whatever their size', () => {
    for (const size of [2, 3, 5, 12, 24]) {
      const edges = Array.from({ length: size }, (_, i) => edge(i, (i + 1) % size));
      const svg = cycleGraph(edges, 'c')?.text ?? '';
      const [, top, width, height] = (/viewBox="([^"]*)"/.exec(svg)?.[1] ?? '').split(' ').map(Number);
      expect(svg.match(/class="node"/g)).toHaveLength(size);
      for (const [, x, y] of svg.matchAll(/(?:x|cx)="(-?[\d.]+)" (?:y|cy)="(-?[\d.]+)"/g)) {
        expect(Number(x)).toBeGreaterThan(8);
        expect(Number(x)).toBeLessThan((width as number) - 8);
        expect(Number(y)).toBeGreaterThan((top as number) + 4);
        expect(Number(y)).toBeLessThan((top as number) + (height as number) - 2);
      }
    }
    expect(cycleGraph([edge(1, 1)], 'c')).toBeUndefined();
  });
});
