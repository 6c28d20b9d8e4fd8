import { describe, expect, it } from 'vitest';
import { measureCpu, processCpuUs, residentBytes } from './cpu.js';
import { median, percentiles } from './latencies.js';

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('CPU accounting', () => {
  it('counts what this process uses', () => {
    const stop = measureCpu([]);
    const before = processCpuUs(process.pid);
    burn(300);
    const used = processCpuUs(process.pid) - before;
    expect(used).toBeGreaterThan(100_000);
    expect(used).toBeLessThan(600_000);
    expect(stop().seconds).toBeCloseTo(0.3, 1);
  });

  it('gives 0 for a process that is gone', () => {
    expect(processCpuUs(2 ** 22 + 1)).toBe(0);
  });

  it('knows the memory of a process', () => {
    expect(residentBytes(process.pid)).toBeGreaterThan(10_000_000);
  });
});

describe('percentiles', () => {
  it('are nearest ranks', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentiles(values)).toEqual({ p50: 50, p99: 99 });
    expect(percentiles([7])).toEqual({ p50: 7, p99: 7 });
    expect(median([3, 1, 2])).toBe(2);
    expect(percentiles([]).p50).toBeNaN();
  });
});
