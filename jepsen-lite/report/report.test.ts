import { describe, expect, it } from 'vitest';
import type { Json } from '../history/types.js';
import { type FixtureOptions, fixture } from './fixture.js';
import { BARS_MAX, renderReport } from './html.js';
import { escapeHtml } from './markup.js';
import type { NodeChange, RunResult } from './types.js';

const made = (options: Partial<FixtureOptions> = {}): RunResult => fixture({ seed: 4, broken: true, ...options });
const occurrences = (text: string, part: string | RegExp): number => text.split(part).length - 1;

/** Everything between the tags. */
const textOf = (page: string): string => page.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');

/** Tags that are open when others close, or that never close. */
function unbalanced(page: string): string[] {
  const empty = new Set(['meta', 'link', 'input', 'br']);
  const wrong: string[] = [];
  const open: string[] = [];
  for (const [, slash, name, rest] of page
    .replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')
    .matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/gi)) {
    if (slash === '/') {
      const last = open.pop();
      if (last !== name) wrong.push(`</${name}> closes <${last}>`);
    } else if (!empty.has(name as string) && rest?.endsWith('/') === false) open.push(name as string);
  }
  return [...wrong, ...open.map((name) => `<${name}> stays open`)];
}

describe('report', () => {
  it('of a run without anomalies says what was run, and how to run it again', () => {
    const page = renderReport(made({ broken: false }));
    const text = textOf(page);
    expect(page).toContain('<title>seed 4: valid</title>');
    for (const fact of [
      '30 s, simulated in 1.23 s',
      '24.4 times as fast as real time',
      'npx jepsen-lite replay 4',
      '3: n1, n2, n3',
    ]) {
      expect(text).toContain(fact);
    }
    expect(page).not.toMatch(/id="anomal|id="failures"|class="op hit/);
    expect(unbalanced(page)).toEqual([]);
  });

  it('is the same for the same run', () => expect(renderReport(made())).toBe(renderReport(made())));

  it('draws every operation, every fault and every role', () => {
    const run = made();
    const page = renderReport(run);
    const asked = run.workloads.flatMap((w) => w.history).filter((e) => e.type === 'invoke');
    expect(occurrences(page, /<rect class="op /)).toBe(asked.length);
    expect(occurrences(page, '<rect class="band ')).toBe(run.faults.length);
    expect(occurrences(page, '<rect class="fault ')).toBe(run.faults.length);
    for (const { kind, what } of run.faults) expect(textOf(page)).toContain(`${kind}: ${escapeHtml(what)}`);
    for (const role of ['leader', 'follower', 'candidate', 'down', 'frozen'])
      expect(page).toContain(`class="role ${role}"`);
    // Two charts, the faults, the nodes, and each workload.
    expect(occurrences(page, '<use href="#bands"/>')).toBe(4 + run.workloads.length);
    expect(unbalanced(page)).toEqual([]);
  });

  it('shows every anomaly in words and as a picture, and where it was', () => {
    const run = made();
    const page = renderReport(run);
    const cards = page
      .split('<article ')
      .slice(1)
      .map((card) => card.slice(0, card.indexOf('</article>')));
    const anomalies = run.workloads.flatMap((w) => w.verdicts.flatMap((v) => v.anomalies));
    expect(cards).toHaveLength(anomalies.length);
    expect(anomalies.length).toBeGreaterThan(4);
    anomalies.forEach(({ message, operations, detail, name }, i) => {
      const card = cards[i] as string;
      expect(card).toContain(`<h3>${name} `);
      expect(card).toContain(escapeHtml(message));
      expect(occurrences(card, /class="box /)).toBe(operations.length);
      expect(occurrences(card, 'class="cycle"')).toBe(
        detail !== undefined && JSON.stringify(detail).includes('"rw"') ? 1 : 0,
      );
      if (operations.length > 0) expect(page).toContain(`<a href="#anomaly-${i + 1}">`);
    });
    expect(page).toContain('class="card unknown"');
  });

  it('draws open ends for operations whose outcome nobody knows', () => {
    const [first] = made({ broken: false }).workloads;
    const info = first?.history.find((e) => e.type === 'info');
    const asked = first?.history.findLast((e) => e.type === 'invoke' && e.process === info?.process);
    const anomaly = { name: 'x', message: 'y', operations: [asked?.index as number] };
    const verdict = { checker: 'c', valid: false as const, anomalies: [anomaly], stats: {} };
    const page = renderReport({
      ...made(),
      workloads: [{ ...(first as RunResult['workloads'][number]), verdicts: [verdict] }],
    });
    expect(page).toContain('<path class="box info"');
  });

  it('lets nothing of a run become markup', () => {
    const hostile = `</script></title><script>alert(1)</script><img src=x onerror="alert('2')">"' & http://example.com/`;
    const taint = (value: unknown): unknown => {
      if (typeof value === 'string')
        return value.length < 12 &&
          /^(ok|fail|info|invoke|sim|n[123]|nemesis|leader|follower|candidate|down|frozen|unknown)$/.test(value)
          ? value
          : `${value}${hostile}`;
      if (Array.isArray(value)) return value.map(taint);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, v]) => [key === 'steps' ? `${key}${hostile}` : key, taint(v)]),
      );
    };
    const page = renderReport(taint(made()) as RunResult);
    expect(occurrences(page, '<script>')).toBe(1);
    expect(occurrences(page, '</script>')).toBe(1);
    expect(page).not.toContain('<img');
    expect(page).not.toContain(`onerror="`);
    expect(page).toContain(escapeHtml(hostile));
    expect(unbalanced(page)).toEqual([]);
  });

  it('keeps values within tags apart from attributes', () => {
    for (const [, attributes] of renderReport(made()).matchAll(/<[a-z]+((?:\s+[a-z0-9-]+(?:="[^"<>]*")?)*)\s*\/?>/gi)) {
      expect(attributes).not.toMatch(/\son[a-z]+=/i);
    }
  });

  it('asks for nothing from anywhere', () => {
    const page = renderReport(made());
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\bsrc=|@import|url\((?!#)/);
    expect(page).toContain(`default-src 'none'`);
  });

  it('stays small when a run is long, and draws what anomalies name', () => {
    const run = made({ seconds: 900 });
    const changes = Array.from({ length: 9_000 }, (_, i): NodeChange => {
      return { atMs: i * 100, node: `n${1 + (i % 3)}`, role: i % 2 === 0 ? 'leader' : 'follower', term: i };
    });
    const faults = Array.from({ length: 500 }, (_, i) => ({
      kind: 'isolate',
      startMs: i * 1_800,
      endMs: i * 1_800 + 900,
      what: 'n1',
    }));
    const page = renderReport({ ...run, nodeChanges: changes, faults });
    expect(run.workloads.flatMap((w) => w.history).length).toBeGreaterThan(40_000);
    expect(page.length).toBeLessThan(2_000_000);
    expect(occurrences(page, /<rect class="op /)).toBe(BARS_MAX);
    expect(textOf(page)).toMatch(/3,000 of [\d,]+ operations are drawn/);
    const anomalies = run.workloads.flatMap((w) => w.verdicts.flatMap((v) => v.anomalies));
    const named = new Set(
      run.workloads.flatMap((w, i) =>
        w.verdicts.flatMap((v) => v.anomalies.flatMap((a) => a.operations.map((o) => `${i} ${o}`))),
      ),
    );
    expect(occurrences(page, /<rect class="op hit /)).toBe(named.size);
    expect(occurrences(page, '<article ')).toBe(anomalies.length);
    expect(unbalanced(page)).toEqual([]);
  });

  it('takes values of every shape', () => {
    const values: Json[] = [
      null,
      7,
      'x',
      [],
      {},
      [[]],
      [null],
      ['k', null],
      ['k', [1, 2]],
      { a: [1, { b: null }] },
      [['r', 'k', [1]], 5],
    ];
    const history = values.flatMap((value, i) => {
      const f = ['read', 'cas', 'txn', 'other'][i % 4] as string;
      const event = { process: i, f, value };
      return [
        { ...event, index: 2 * i, type: 'invoke' as const, timeNs: i },
        { ...event, index: 2 * i + 1, type: 'ok' as const, timeNs: i },
      ];
    });
    const anomaly = {
      name: 'a',
      message: 'm',
      operations: values.map((_, i) => 2 * i),
      detail: { cycle: [1, { from: 0 }, null] },
    };
    const verdict = { checker: 'c', valid: false as const, anomalies: [anomaly], stats: { share: 0.5 } };
    const page = renderReport({ ...made(), workloads: [{ name: 'w', history, verdicts: [verdict] }] });
    expect(occurrences(page, /class="box /)).toBe(values.length);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it('is readable when a run never began', () => {
    const nothing = {
      ...made(),
      workloads: [],
      faults: [],
      nodeChanges: [],
      nodes: [],
      runMs: 0,
      failures: ['no node starts'],
    };
    const page = renderReport(nothing);
    expect(textOf(page)).toContain('no node starts');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(unbalanced(page)).toEqual([]);
  });

  it('survives storing: what JSON makes of a run gives the same page', () => {
    const run = {
      ...made(),
      faults: [{ kind: 'isolate', startMs: 10, endMs: Number.POSITIVE_INFINITY, what: 'for ever' }],
    };
    expect(renderReport(JSON.parse(JSON.stringify(run)) as RunResult)).toBe(renderReport(run));
  });
});
