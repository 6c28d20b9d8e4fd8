// Cycles in words.

import type { Cycle } from './append-cycles.js';
import type { Step } from './append-search.js';
import { nameOf, type Txn } from './append-txns.js';
import type { Findings } from './findings.js';

/** What each name means, for a reader. */
const MEANING: Readonly<Record<Cycle['name'], string>> = {
  G0: 'their appends are mixed',
  G1c: 'each depends on what the one before did',
  'G-single': 'one read what had been overtaken',
  G2: 'they read without each other what the others were about to change',
};

export function addCycle(findings: Findings, { name, isRealTime, steps }: Cycle, txns: readonly Txn[]): void {
  const txnOf = (node: number): Txn => txns[node] as Txn;
  const words = steps.map((step) => wordsOf(step, nameOf(txnOf(step.from)), nameOf(txnOf(step.to))));
  const first = nameOf(txnOf((steps[0] as Step).from));
  findings.add(
    isRealTime ? `${name}-realtime` : name,
    `${words.join('; ')}: so ${first} would have to come before itself (${MEANING[name]})`,
    steps.map(({ from }) => txnOf(from).operation),
    {
      cycle: steps.map((step) => ({
        from: txnOf(step.from).operation.index,
        to: txnOf(step.to).operation.index,
        kind: step.kind,
        ...(step.kind === 'rt' ? {} : { key: step.key, left: step.left ?? null, right: step.right ?? null }),
      })),
    },
  );
}

function wordsOf(step: Step, from: string, to: string): string {
  switch (step.kind) {
    case 'ww':
      return `${from} appended ${step.left} to ${step.key} before ${to} appended ${step.right}`;
    case 'wr':
      return `${to} read ${step.left} of ${step.key}, which ${from} appended`;
    case 'rw':
      return `${from} read ${step.key} ${step.left === undefined ? 'empty' : `up to ${step.left}`}, without ${step.right}, which ${to} appended`;
    case 'rt':
      return `${from} was over before ${to} began`;
  }
}
