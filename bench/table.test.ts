import { describe, expect, it } from 'vitest';
import { plan } from './h2load.js';
import { rowsNamed } from './rows.js';
import { formatTable } from './table.js';

describe('the load', () => {
  it.each([1, 2, 3, 64, 100, 1000])('of %d callers is spread without loss', (callers) => {
    const parts = plan(['a', 'b', 'c'], callers);
    expect(parts.reduce((sum, p) => sum + p.inFlight, 0)).toBe(callers);
    expect(parts.every((p) => p.inFlight > 0)).toBe(true);
    if (callers >= 3) expect(new Set(parts.map((p) => p.endpoint)).size).toBe(3);
  });
});

describe('rows', () => {
  it('are found by name, or named', () => {
    expect(rowsNamed(['get64', 'put1']).map((r) => r.name)).toEqual(['get64', 'put1']);
    expect(() => rowsNamed(['put2'])).toThrow(/no row "put2": there are put1, put64/);
  });

  it('have names of their own', () => {
    const names = rowsNamed(undefined).map((r) => r.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the table', () => {
  const measured = (perSecond: number | undefined, cpuUs: number | undefined, otherCores = 0) => ({
    perSecond,
    p50Ms: 2,
    p99Ms: 4,
    cpuUs,
    otherCores,
  });

  it('takes medians, sets ours against theirs and marks noise', () => {
    const results = new Map([
      ['hexkeep', [measured(100, 10), measured(300, 30), measured(200, 20, 0.5)]],
      ['etcd', [measured(100, 40)]],
    ] as const);
    const lines = formatTable([{ title: 'put', results }])
      .split('\n')
      .slice(2);
    expect(lines).toEqual([
      '| put | hexkeep (noisy: 0.5 cores) | 200 | 2.00 | 4.00 | 20.0 | 2.00× ops, 0.50× CPU |',
      '| put | etcd | 100 | 2.00 | 4.00 | 40.0 |  |',
    ]);
  });

  it('compares times where there is no rate', () => {
    const results = new Map([
      ['hexkeep', [measured(undefined, undefined)]],
      ['etcd', [{ ...measured(undefined, undefined), p50Ms: 8 }]],
    ] as const);
    expect(formatTable([{ title: 'gap', results }])).toContain(
      '| gap | hexkeep | – | 2.00 | 4.00 | – | 4.00× sooner |',
    );
  });
});
