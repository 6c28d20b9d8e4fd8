// Several partitions of one node, numbered by one counter. A write takes its revision at once and is applied when
// the test says so: until then its partition resolves nothing at or above it.

import type { GroupHandle } from '../../src/multiraft/types.js';
import type { MvccStore } from '../../src/mvcc/types.js';
import { SlotMap } from '../../src/placement/slots.js';
import type { Router } from '../../src/placement/types.js';
import { type ManualHost, Scheduler } from './scheduler.js';
import { FakeStore } from './store.js';

type Changes = Parameters<FakeStore['commit']>[0];

interface Owed {
  readonly revision: number;
  readonly changes: Changes;
}

export class FakePartition {
  readonly store = new FakeStore();
  readonly group: GroupHandle;
  readonly #cluster: FakePartitions;
  /** Numbered, not applied, in revision order. */
  #owed: Owed[] = [];
  #claims: { readonly at: number; readonly resolve: (revision: number) => void }[] = [];
  /** While set, claims fail with it. */
  failure: Error | undefined;
  claims = 0;

  constructor(cluster: FakePartitions, id: number) {
    this.#cluster = cluster;
    const fake: Pick<GroupHandle, 'id' | 'store' | 'readIndex'> = {
      id,
      store: this.store.asStore() as MvccStore,
      readIndex: () => this.#readIndex(),
    };
    this.group = fake as GroupHandle;
  }

  /** Takes a revision; `apply` brings it. */
  number(changes: Changes, revision = ++this.#cluster.known): number {
    this.#owed.push({ revision, changes });
    return revision;
  }

  /** At once, with everything before it. */
  put(key: string, value = ''): number {
    const revision = this.number([{ put: key, value }]);
    this.apply();
    return revision;
  }

  apply(count = this.#owed.length): void {
    for (const { revision, changes } of this.#owed.splice(0, count)) {
      this.store.revision = revision - 1;
      this.store.commit(changes);
      this.store.revision = revision;
    }
    this.#answer();
  }

  /** What was numbered so far comes as a snapshot. */
  installSnapshot(compactRevision?: number): void {
    const owed = this.#owed.splice(0);
    this.store.installSnapshot(() => {
      for (const { revision, changes } of owed) {
        this.store.revision = revision - 1;
        this.store.commit(changes);
        this.store.revision = revision;
      }
    }, compactRevision);
    this.#answer();
  }

  #readIndex(): Promise<number> {
    this.claims++;
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const at = this.#cluster.known;
    return new Promise((resolve) => {
      this.#claims.push({ at, resolve });
      this.#answer();
    });
  }

  #answer(): void {
    const first = this.#owed[0]?.revision ?? Number.POSITIVE_INFINITY;
    for (const { at, resolve } of this.#claims) if (at < first) resolve(at);
    this.#claims = this.#claims.filter(({ at }) => at >= first);
  }
}

export class FakePartitions {
  readonly scheduler = new Scheduler();
  readonly host: ManualHost = this.scheduler.host();
  readonly partitions: readonly FakePartition[];
  readonly router: Router;
  known = 1;

  /** Single keys belong to the partition of their first letter (`a` to the first), ranges to all of them. */
  constructor(size: number) {
    this.partitions = Array.from({ length: size }, (_, i) => new FakePartition(this, i + 1));
    const groups = this.partitions.map(({ group }) => group);
    const forKey = (key: Uint8Array): GroupHandle => groups[((key[0] as number) - 0x61) % size] as GroupHandle;
    this.router = {
      slots: new SlotMap(size),
      groups,
      system: groups[0] as GroupHandle,
      forKey,
      forRange: (key, rangeEnd) => (rangeEnd.length === 0 ? [forKey(key)] : groups),
      forLease: () => groups[0] as GroupHandle,
    };
  }

  /** The same revision in several partitions, as a transaction over them has; not applied yet. */
  transaction(changes: readonly (readonly [FakePartition, Changes])[]): number {
    const revision = ++this.known;
    for (const [partition, own] of changes) partition.number(own, revision);
    return revision;
  }

  /** Everything that was applied anywhere, as one history. */
  get log(): FakeStore['log'] {
    const all = this.partitions.flatMap(({ store }) => store.log).sort((a, b) => a.revision - b.revision);
    const out: FakeStore['log'] = [];
    for (const { revision, events } of all) {
      const last = out.at(-1);
      if (last?.revision === revision) out[out.length - 1] = { revision, events: [...last.events, ...events] };
      else out.push({ revision, events });
    }
    return out;
  }
}
