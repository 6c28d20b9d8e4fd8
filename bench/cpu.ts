// CPU time of processes and of the whole machine, from /proc.

import { readFileSync } from 'node:fs';

/** The kernel's unit of /proc times: 100 a second on every Linux that matters here. */
const TICK_US = 10_000;

/** User and system time of one process, µs; 0 when it is gone. */
export function processCpuUs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces: fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return 0;
  }
}

/** As above, with the children that have ended and been waited for. */
function ownCpuUs(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0) * TICK_US;
}

/** What the machine's processes used, and what other guests took from it, µs. */
function machineCpuUs(): number {
  const fields = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  // Interrupts: work done for the processes that are being measured is charged to those as well.
  return (user + nice + system + irq + softirq + steal) * TICK_US;
}

export interface CpuUse {
  readonly seconds: number;
  /** Of the servers together, µs. */
  readonly serversUs: number;
  /** Cores taken by everything that is neither server nor load. */
  readonly otherCores: number;
}

/** Starts measuring; the function returned ends it. The processes must not be replaced meanwhile. */
export function measureCpu(pids: readonly number[]): () => CpuUse {
  const sum = (): number => pids.reduce((total, pid) => total + processCpuUs(pid), 0);
  const [servers, own, machine, start] = [sum(), ownCpuUs(), machineCpuUs(), performance.now()];
  return () => {
    const seconds = (performance.now() - start) / 1_000;
    const serversUs = sum() - servers;
    const otherUs = machineCpuUs() - machine - serversUs - (ownCpuUs() - own);
    return { seconds, serversUs, otherCores: Math.max(0, otherUs / 1e6 / seconds) };
  };
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}
