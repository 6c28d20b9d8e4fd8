// A run told step by step: faults, changes of roles, and the operations that show an anomaly.

import type { HistoryEvent } from '../history/types.js';
import type { RunResult } from '../report/types.js';

interface Told {
  readonly atMs: number;
  readonly text: string;
}

export function steps(result: RunResult): string {
  const told = [...faults(result), ...roles(result), ...operations(result)].sort((a, b) => a.atMs - b.atMs);
  return told.map(({ atMs, text }) => `${(atMs / 1_000).toFixed(3).padStart(9)} s  ${text}`).join('\n');
}

function faults({ faults }: RunResult): Told[] {
  return faults.flatMap(({ kind, what, startMs, endMs }) => [
    { atMs: startMs, text: `fault ${kind}: ${what}` },
    ...(endMs > startMs ? [{ atMs: endMs, text: `end of ${kind}: ${what}` }] : []),
  ]);
}

function roles({ nodeChanges }: RunResult): Told[] {
  return nodeChanges.map(({ atMs, node, role, term }) => ({
    atMs,
    text: role === 'down' ? `${node} is down` : `${node} is ${role} of term ${term}`,
  }));
}

/** Only those that an anomaly names: a whole history is in the trace. */
function operations({ workloads }: RunResult): Told[] {
  return workloads.flatMap(({ name, history, verdicts }) => {
    const named = new Set(verdicts.flatMap((v) => v.anomalies.flatMap((a) => a.operations)));
    const ends = new Map<HistoryEvent['process'], number>();
    return history.flatMap((event) => {
      if (event.type === 'invoke' && named.has(event.index)) ends.set(event.process, event.index);
      else if (!ends.has(event.process)) return [];
      if (event.type !== 'invoke') ends.delete(event.process);
      return [{ atMs: event.timeNs / 1e6, text: `${name}: ${tell(event)}` }];
    });
  });
}

const OUTCOMES = { invoke: 'asks', ok: 'is told', fail: 'fails', info: 'does not know' } as const;

function tell({ process, type, f, value, error }: HistoryEvent): string {
  const why = error === undefined ? '' : ` (${error})`;
  return `process ${process} ${OUTCOMES[type]}: ${f} ${JSON.stringify(value)}${why}`;
}
