// Writers that go on through failures and remember what was promised to them.

import { KVService } from '../../proto/gen/rpc.js';
import type { Cluster } from '../harness/cluster.js';
import type { Member } from '../harness/member.js';
import { Caller } from '../harness/rpc.js';
import { sleep } from '../harness/wait.js';

export const PREFIX = 'load/';
/** Smallest key behind all of the load's. */
export const PREFIX_END = 'load0';

export interface Ack {
  readonly key: string;
  readonly value: string;
  readonly revision: number;
}

const VALUE_BYTES = 128;
const CALL_MS = 1_000;
/** After a refusal; without it a cluster without a leader is asked thousands of times a second. */
const PAUSE_MS = 20;

/** Every write has a key of its own, so one that was acknowledged and lost cannot hide behind a later one. */
export class Load {
  readonly acks: Ack[] = [];
  /** Neither acknowledged nor refused for certain: may be there or not. */
  inDoubt = 0;
  readonly #callers: Map<Member, Caller>;
  readonly #loops: Promise<void>[];
  #stopped = false;

  constructor(cluster: Cluster, writers: number) {
    this.#callers = new Map(cluster.members.map((m) => [m, new Caller(m.endpoint)]));
    this.#loops = Array.from({ length: writers }, (_, i) => this.#write(cluster, i));
  }

  async #write(cluster: Cluster, writer: number): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const running = cluster.members.filter((m) => m.pid !== undefined);
      const member = running[(writer + n) % Math.max(1, running.length)];
      const caller = member === undefined ? undefined : this.#callers.get(member);
      if (caller === undefined) {
        await sleep(PAUSE_MS);
        continue;
      }
      const key = `${PREFIX}${writer}/${n}`;
      const value = `${key}:`.padEnd(VALUE_BYTES, 'v');
      try {
        const request = { key: Buffer.from(key), value: Buffer.from(value) };
        const answer = await caller.unary(KVService.put, request, CALL_MS);
        this.acks.push({ key, value, revision: answer.header?.revision ?? 0 });
      } catch {
        this.inDoubt++;
        await sleep(PAUSE_MS);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    for (const caller of this.#callers.values()) caller.close();
  }
}
