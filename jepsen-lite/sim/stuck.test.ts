import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { whyStuck, workedMs } from './stuck.js';

describe('a seed that does not end', () => {
  it.each<[shows: string, worked: number | undefined, elapsedMs: number, why: RegExp | undefined]>([
    ['works', 179_000, 179_000, undefined],
    ['has worked for too long', 180_000, 180_000, /^no end after 180 s of work/],
    ['was not let work by other programs', 4_000, 500_000, undefined],
    ['waits for ever', 4_000, 600_000, /^no end within 600 s: it waits/],
    ['takes too long where work can not be measured', undefined, 180_000, /^no end after 180 s of work/],
    ['does not yet take too long there', undefined, 179_000, undefined],
  ])('%s', (_, worked, elapsedMs, why) => {
    if (why === undefined) expect(whyStuck(worked, elapsedMs)).toBeUndefined();
    else expect(whyStuck(worked, elapsedMs)).toMatch(why);
  });

  it.runIf(existsSync('/proc/self/stat'))('is measured as the process itself would', () => {
    const own = process.cpuUsage();
    const worked = workedMs(process.pid) ?? Number.NaN;
    // Threads that have ended, and ticks of ten milliseconds.
    expect(Math.abs(worked - (own.user + own.system) / 1_000)).toBeLessThan(100);
    expect(workedMs(2 ** 30)).toBeUndefined();
  });
});
