// When does a seed count as stuck? By the time that its process has worked, not by the clock on the wall: on a
// machine that is busy otherwise a seed of four seconds has waited for minutes, and nothing was wrong with it.

import { readFileSync } from 'node:fs';

/** A seed is done in a second or so. */
const WORK_MS_MAX = 180_000;
/** One that waits for what never comes does not work at all. */
const WAIT_MS_MAX = 600_000;
/** Of the times in /proc, the same on every Linux (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Time that a process has worked so far, in ms. Undefined where there is no /proc, or no such process. */
export function workedMs(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name of the program stands in parentheses and may hold blanks; utime and stime are fields 14 and 15 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

/** Why a seed counts as stuck; undefined while it does not. Without `worked` the clock has to do. */
export function whyStuck(worked: number | undefined, elapsedMs: number): string | undefined {
  if ((worked ?? elapsedMs) >= WORK_MS_MAX) {
    return `no end after ${WORK_MS_MAX / 1_000} s of work: something goes round in circles`;
  }
  return elapsedMs >= WAIT_MS_MAX ? `no end within ${WAIT_MS_MAX / 1_000} s: it waits for what never comes` : undefined;
}
