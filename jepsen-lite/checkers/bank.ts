// Bank: transfers move money between accounts, so every read of all of them shows the same total.

import { pair } from '../history/pair.js';
import type { History, Json, Operation } from '../history/types.js';
import { Findings } from './findings.js';
import type { Verdict } from './types.js';

export interface BankOptions {
  /** What all accounts hold together; without it, what the first read shows. */
  readonly total?: number;
  /** The accounts that there are; without it, those of the first read. */
  readonly accounts?: readonly string[];
  /** Balances below zero are no mistake. */
  readonly negativeAllowed?: boolean;
}

interface Read {
  readonly operation: Operation;
  readonly balances: ReadonlyMap<string, Json>;
}

/** What every read must agree with. */
interface Expected {
  readonly total: number;
  readonly accounts: ReadonlySet<string>;
  /** The read that shows it, if a read does. */
  readonly shownBy: readonly Operation[];
}

/**
 * Operations: `transfer` {from, to, amount}, and `read`, answered with an object of all accounts and
 * their balances. Anomalies: `wrong-total`, `negative-balance`, `missing-account`, `unknown-account`,
 * `bad-balance` (not a number). Throws on other operations, and on answers that are no objects.
 */
export function checkBank(history: History, options: BankOptions = {}): Verdict {
  const findings = new Findings();
  const operations = pair(history);
  const reads = readsOf(operations);
  const whole = reads.filter((read) => !findBadBalances(findings, read));
  const expected = expectedOf(whole, options);
  for (const read of whole) {
    if (options.negativeAllowed !== true) findNegative(findings, read);
    if (!findOtherAccounts(findings, read, expected)) findWrongTotal(findings, read, expected);
  }
  const transfers = operations.filter(({ f }) => f === 'transfer');
  return findings.verdict('bank', {
    reads: reads.length,
    accounts: expected.accounts.size,
    total: expected.total,
    transfers: transfers.length,
    transferred: transfers.filter(({ type }) => type === 'ok').length,
    unknown: transfers.filter(({ type }) => type === 'info').length,
  });
}

function readsOf(operations: readonly Operation[]): Read[] {
  const reads: Read[] = [];
  for (const operation of operations) {
    if (operation.f === 'transfer') continue;
    if (operation.f !== 'read') throw new Error(`the bank has no "${operation.f}" (at ${operation.index})`);
    if (operation.type === 'ok') reads.push({ operation, balances: balancesOf(operation) });
  }
  return reads;
}

function balancesOf({ output, index }: Operation): Map<string, Json> {
  if (output === null || typeof output !== 'object' || Array.isArray(output))
    throw new Error(`the read at ${index} is not answered with an object of balances`);
  return new Map(Object.entries(output));
}

function expectedOf(reads: readonly Read[], { total, accounts }: BankOptions): Expected {
  const first = reads[0];
  return {
    total: total ?? (first === undefined ? 0 : totalOf(first)),
    accounts: new Set(accounts ?? first?.balances.keys()),
    shownBy: first === undefined ? [] : [first.operation],
  };
}

function totalOf({ balances }: Read): number {
  let total = 0;
  for (const balance of balances.values()) total += balance as number;
  return total;
}

/** Whether there are any: such a read is not judged further. */
function findBadBalances(findings: Findings, { operation, balances }: Read): boolean {
  const bad = [...balances].filter(([, balance]) => !Number.isFinite(balance));
  if (bad.length === 0) return false;
  const shown = bad.map(([account, balance]) => `${account} as ${JSON.stringify(balance)}`).join(', ');
  findings.add('bad-balance', `a read shows ${shown}: a balance is a number`, [operation], { accounts: names(bad) });
  return true;
}

function findNegative(findings: Findings, { operation, balances }: Read): void {
  const negative = [...balances].filter(([, balance]) => (balance as number) < 0);
  if (negative.length === 0) return;
  const shown = negative.map(([account, balance]) => `${account} at ${balance}`).join(', ');
  const message = `a read shows ${shown}: no transfer may take more than there is`;
  findings.add('negative-balance', message, [operation], { accounts: names(negative) });
}

/** Whether there are any: the total of other accounts says nothing more. */
function findOtherAccounts(findings: Findings, { operation, balances }: Read, expected: Expected): boolean {
  const missing = [...expected.accounts].filter((account) => !balances.has(account));
  const unknown = [...balances.keys()].filter((account) => !expected.accounts.has(account));
  const shownBy = [...expected.shownBy, operation];
  if (missing.length > 0)
    findings.add('missing-account', `a read lacks ${missing.join(', ')}: no account is ever closed`, shownBy, {
      accounts: missing,
    });
  if (unknown.length > 0)
    findings.add('unknown-account', `a read shows ${unknown.join(', ')}: no account is ever opened`, shownBy, {
      accounts: unknown,
    });
  return missing.length + unknown.length > 0;
}

function findWrongTotal(findings: Findings, read: Read, expected: Expected): void {
  const total = totalOf(read);
  if (total === expected.total) return;
  const message = `a read shows ${total} in all accounts together instead of ${expected.total}: transfers only move money`;
  findings.add('wrong-total', message, [...expected.shownBy, read.operation], { total, expected: expected.total });
}

function names(entries: readonly (readonly [string, Json])[]): string[] {
  return entries.map(([account]) => account);
}
