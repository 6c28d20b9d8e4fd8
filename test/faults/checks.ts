// What must hold after any sequence of crashes.

import type { KeyValue } from '../../proto/gen/kv.js';
import { KVService, MaintenanceService, WatchService } from '../../proto/gen/rpc.js';
import type { Cluster } from '../harness/cluster.js';
import type { Member } from '../harness/member.js';
import { until } from '../harness/wait.js';
import { type Ack, PREFIX, PREFIX_END } from './load.js';

const range = { key: Buffer.from(PREFIX), rangeEnd: Buffer.from(PREFIX_END) };

/** The revision that all members have applied, once they agree on one. */
export function settledRevision(cluster: Cluster): Promise<number> {
  return until(
    'all members at one revision',
    async () => {
      const revisions = await Promise.all(
        cluster.members.map(async (m) => {
          const request = { key: Buffer.from('none'), serializable: true };
          return (await cluster.caller(m).unary(KVService.range, request)).header?.revision;
        }),
      );
      return revisions.every((r) => r === revisions[0]) ? revisions[0] : undefined;
    },
    30_000,
  );
}

/** Keys with their revisions as this member has them by itself. */
export async function stateOf(cluster: Cluster, member: Member): Promise<Map<string, KeyValue>> {
  const { kvs } = await cluster.caller(member).unary(KVService.range, { ...range, serializable: true }, 30_000);
  return new Map(kvs.map((kv) => [Buffer.from(kv.key).toString(), kv]));
}

/** One text for each promise that was broken. */
export function brokenPromises(acks: readonly Ack[], state: ReadonlyMap<string, KeyValue>): string[] {
  const broken: string[] = [];
  const owners = new Map<number, string>();
  for (const { key, value, revision } of acks) {
    const other = owners.get(revision);
    if (other !== undefined) broken.push(`revision ${revision} was given to ${other} and ${key}`);
    owners.set(revision, key);
    const kv = state.get(key);
    if (kv === undefined) broken.push(`${key} was acknowledged at revision ${revision} and is lost`);
    else if (kv.modRevision !== revision) broken.push(`${key}: promised ${revision}, stored at ${kv.modRevision}`);
    else if (Buffer.from(kv.value).toString() !== value) broken.push(`${key} has another value`);
  }
  const stored = new Map<number, string>();
  for (const [key, { modRevision }] of state) {
    const other = stored.get(modRevision);
    if (other !== undefined) broken.push(`revision ${modRevision} wrote ${other} and ${key}`);
    stored.set(modRevision, key);
  }
  return broken;
}

/** Whole history of the load as a watch from the start tells it: key by revision. */
export async function historyOf(cluster: Cluster, member: Member, revision: number): Promise<Map<number, string>> {
  const stream = cluster.caller(member).stream(WatchService.watch);
  const history = new Map<number, string>();
  try {
    stream.send({ createRequest: { ...range, startRevision: 2 } });
    stream.send({ progressRequest: {} });
    for (let reached = 0; reached < revision; ) {
      const message = await stream.next(20_000);
      if (message === undefined) throw new Error(`the watch ended at ${reached}: ${stream.end?.message ?? 'silence'}`);
      for (const { kv } of message.events) {
        if (kv === undefined) continue;
        if (history.has(kv.modRevision)) throw new Error(`revision ${kv.modRevision} came twice`);
        if (kv.modRevision <= reached) throw new Error(`revision ${kv.modRevision} came after ${reached}`);
        history.set(kv.modRevision, Buffer.from(kv.key).toString());
        reached = kv.modRevision;
      }
    }
  } finally {
    stream.cancel();
  }
  return history;
}

export async function hashes(cluster: Cluster, revision: number): Promise<number[]> {
  const answers = await Promise.all(
    cluster.members.map((m) => cluster.caller(m).unary(MaintenanceService.hashKV, { revision }, 30_000)),
  );
  return answers.map((a) => a.hash);
}
