import { expect, it } from 'vitest';
import { DeleteRangeRequest, PutRequest } from '../../proto/gen/rpc.js';
import { FakeNode } from '../../test/fakes/node.js';
import { CommandKind } from '../mvcc/types.js';
import { SimRandom } from '../runtime/sim/random.js';
import { firstCreated } from './kv.js';
import { PrefixIndex } from './prefix-index.js';

const PREFIXES = ['a/', 'a/b/', 'b/', 'c/d/'];

it('says what a scan would say, after any writes', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SimRandom(seed);
    const { group } = await FakeNode.create();
    const index = new PrefixIndex(group);
    const pending: Promise<unknown>[] = [];
    for (let step = 0; step < 150; step++) {
      const prefix = PREFIXES[random.below(PREFIXES.length)] as string;
      const key = Buffer.from(`${prefix}${random.below(6)}`);
      const dice = random.float();
      if (dice < 0.4) await group.propose(CommandKind.put, PutRequest.encode({ key, value: key }));
      else if (dice < 0.6) await group.propose(CommandKind.deleteRange, DeleteRangeRequest.encode({ key }));
      else if (dice < 0.65) {
        // Begun before writes that follow, and not waited for: its scan and their events overlap.
        pending.push(Promise.resolve(index.keys(Buffer.from(prefix))));
      } else {
        const keys = await index.keys(Buffer.from(prefix));
        const first = await firstCreated(group, Buffer.from(prefix));
        expect(keys[0]?.createRevision, `seed ${seed}, step ${step}`).toBe(first?.createRevision);
        const ages = keys.map((k) => k.createRevision);
        expect(ages).toEqual([...ages].sort((a, b) => a - b));
      }
    }
    await Promise.all(pending);
  }
});
