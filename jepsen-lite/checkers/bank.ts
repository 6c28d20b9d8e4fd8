// Transfers between accounts: no read shows money that came from nowhere, or is gone.

import { pair } from '../history/pair.js';
import type { History, Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

export interface BankOptions {
  /** What all accounts hold together; default: what the first read shows. */
  readonly total?: number;
}

export const checkBank = (history: History): Verdict => bankChecker()(history);

export function bankChecker(options: BankOptions = {}): (history: History) => Verdict {
  return (history) => {
    const operations = pair(history);
    const reads = operations.filter((o) => o.f === 'read' && o.type === 'ok');
    const findings = new Findings();
    const first = reads[0];
    if (first !== undefined) {
      const accounts = new Set(Object.keys(balancesOf(first)));
      const total = options.total ?? sum(balancesOf(first));
      for (const read of reads) checkRead(read, first, accounts, total, findings);
    }
    const transfers = operations.filter((o) => o.f === 'transfer' && o.type === 'ok').length;
    return findings.verdict('bank', { reads: reads.length, transfers });
  };
}

const balancesOf = (read: Operation): Record<string, number> => read.output as Record<string, number>;
const sum = (balances: Record<string, number>): number => Object.values(balances).reduce((a, b) => a + b, 0);

function checkRead(
  read: Operation,
  first: Operation,
  accounts: ReadonlySet<string>,
  total: number,
  findings: Findings,
): void {
  const balances = balancesOf(read);
  const shown = read === first ? [read.index] : [first.index, read.index];
  const found = sum(balances);
  if (found !== total) findings.add('wrong-total', `a read shows ${found} in all, and there are ${total}`, shown);
  for (const [account, balance] of Object.entries(balances)) {
    if (!accounts.has(account)) findings.add('unknown-account', `a read shows an account ${account}`, shown);
    if (balance < 0) findings.add('negative', `a read shows ${balance} in account ${account}`, [read.index]);
    if (!Number.isFinite(balance)) findings.add('not-a-number', `account ${account} holds no number`, [read.index]);
  }
  for (const account of accounts) {
    if (!(account in balances)) findings.add('missing-account', `a read does not show account ${account}`, shown);
  }
}
