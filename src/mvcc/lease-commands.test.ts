import { describe, expect, it } from 'vitest';
import type { StateBatch } from '../storage/types.js';
import { type LeaseState, runLeaseCommand } from './lease-commands.js';
import { encodeLives } from './lease-records.js';
import { LeaseTable } from './lease-table.js';
import { CommandKind } from './types.js';

const batch = { put: () => {}, del: () => {} } as unknown as StateBatch;
const ID = 7n;
const PRESENT = 20;

function stateWith(partitions: readonly number[]): { state: LeaseState; table: LeaseTable; deleted: bigint[] } {
  const table = new LeaseTable();
  const deleted: bigint[] = [];
  table.grant(batch, ID, 5, PRESENT);
  for (const partition of partitions) table.register(batch, partition, { id: ID, incarnation: PRESENT });
  const state = { table, batch: () => batch, deleteKeysOf: (ids: readonly bigint[]) => void deleted.push(...ids) };
  return { state, table, deleted };
}

function expire(state: LeaseState, incarnation: number, revision = 0): void {
  const payload = encodeLives([{ id: ID, incarnation }]);
  runLeaseCommand(state, { kind: CommandKind.leaseExpireLives, origin: 1n, request: 1, revision, payload });
}

describe('the end of a lease whose time is over', () => {
  it.each([0, 99])('takes the lease and its keys (revision %i)', (revision) => {
    const { state, table, deleted } = stateWith([]);
    expire(state, PRESENT, revision);
    expect(table.get(ID)).toBeUndefined();
    expect(deleted).toEqual([ID]);
  });

  it.each([0, 99])('is nothing to a lease that was granted under its ID since (revision %i)', (revision) => {
    const { state, table, deleted } = stateWith([]);
    expire(state, PRESENT - 1, revision);
    expect(table.get(ID)).toMatchObject({ incarnation: PRESENT, revoking: false });
    expect(deleted).toEqual([]);
  });

  it('only begins where another partition has been registered since', () => {
    const { state, table, deleted } = stateWith([3]);
    expire(state, PRESENT, 99);
    expect(table.get(ID)).toMatchObject({ revoking: true });
    expect(deleted).toEqual([]);
  });

  it('of a log from an earlier version is found by the ID alone', () => {
    const { state, table } = stateWith([]);
    const payload = Buffer.alloc(8);
    payload.writeBigInt64LE(ID);
    runLeaseCommand(state, { kind: CommandKind.leaseExpire, origin: 1n, request: 1, revision: 0, payload });
    expect(table.get(ID)).toBeUndefined();
  });
});
