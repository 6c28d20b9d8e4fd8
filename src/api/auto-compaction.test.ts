import { describe, expect, it } from 'vitest';
import { PutRequest } from '../../proto/gen/rpc.js';
import { FakeNode } from '../../test/fakes/node.js';
import type { AutoCompaction } from '../config.js';
import { errors } from '../errors.js';
import { CommandKind } from '../mvcc/types.js';
import { createAutoCompaction } from './auto-compaction.js';

async function start(autoCompaction: AutoCompaction) {
  const node = await FakeNode.create({ autoCompaction });
  const compaction = createAutoCompaction(node.services);
  const put = PutRequest.encode({ key: Buffer.from('a') });
  return {
    node,
    compaction,
    write: async (times: number) => {
      for (let i = 0; i < times; i++) await node.group.propose(CommandKind.put, put);
    },
    /** One write in each of so many minutes. */
    minutes: async (count: number) => {
      for (let i = 0; i < count; i++) {
        await node.group.propose(CommandKind.put, put);
        await node.scheduler.advance(60_000);
      }
    },
  };
}

const MINUTE_MS = 60_000;

describe('periodic', () => {
  it('keeps what is younger than the retention', async () => {
    const { node, minutes } = await start({ mode: 'periodic', retentionMs: 10 * MINUTE_MS });
    await minutes(10);
    // Revision 1 is ten minutes old, and there is nothing before it.
    expect(node.store.compactRevision).toBeLessThanOrEqual(1);
    await minutes(10);
    expect(node.store.revision).toBe(21);
    expect(node.store.compactRevision).toBe(11);
    await minutes(5);
    // Not again before an interval has passed.
    expect(node.store.compactRevision).toBe(11);
    await minutes(5);
    expect(node.store.compactRevision).toBe(21);
  });

  it('looks once an hour when the retention is longer', async () => {
    const { node, minutes } = await start({ mode: 'periodic', retentionMs: 180 * MINUTE_MS });
    await minutes(181);
    expect(node.store.compactRevision).toBeLessThanOrEqual(1);
    await minutes(60);
    expect(node.store.compactRevision).toBe(61);
  });

  it('compacts at the leader only, which knows the age of what it did not lead', async () => {
    const { node, minutes } = await start({ mode: 'periodic', retentionMs: 10 * MINUTE_MS });
    node.lead(2n);
    await minutes(25);
    expect(node.store.compactRevision).toBe(-1);
    node.lead(node.services.memberId);
    await minutes(1);
    expect(node.store.compactRevision).toBe(17);
  });

  it('repeats what failed', async () => {
    const { node, minutes } = await start({ mode: 'periodic', retentionMs: 10 * MINUTE_MS });
    await minutes(19);
    const { propose } = node.group;
    node.group.propose = (kind, payload) =>
      kind === CommandKind.compact ? Promise.reject(errors.timeout()) : propose(kind, payload);
    await minutes(3);
    expect(node.store.compactRevision).toBe(1);
    node.group.propose = propose;
    await minutes(1);
    expect(node.store.compactRevision).toBe(14);
  });
});

describe('by revision', () => {
  it('keeps so many', async () => {
    const { node, write } = await start({ mode: 'revision', retention: 10 });
    await write(5);
    await node.scheduler.advance(5 * MINUTE_MS);
    expect(node.store.compactRevision).toBe(-1);
    await write(20);
    await node.scheduler.advance(5 * MINUTE_MS);
    expect(node.store.compactRevision).toBe(16);
  });
});

describe('off and closed', () => {
  it('do nothing', async () => {
    const off = await start({ mode: 'off' });
    await off.minutes(30);
    const closed = await start({ mode: 'revision', retention: 1 });
    closed.compaction.close();
    await closed.minutes(30);
    expect([off.node.store.compactRevision, closed.node.store.compactRevision]).toEqual([-1, -1]);
  });
});
