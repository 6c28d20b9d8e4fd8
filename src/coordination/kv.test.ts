import { describe, expect, it } from 'vitest';
import { errors } from '../errors.js';
import type { GroupHandle } from '../multiraft/types.js';
import { createRouter } from '../placement/router.js';
import { groupOf } from './kv.js';

const groups = Array.from({ length: 8 }, (_, i) => ({ id: i + 1 }) as GroupHandle);
const services = { router: createRouter(groups) };

describe('the group of all candidates of a name', () => {
  it.each(['a', 'cells/8928308280fffff', '/locks/a/b', '/', '{tag}a', 'a{tag}', '\xff', 'a/'])('%j: one', (name) => {
    const bytes = Buffer.from(name, 'latin1');
    const group = groupOf(services, bytes);
    for (const lease of ['1', 'beef', '7fffffffffffffff']) {
      expect(services.router.forKey(Buffer.concat([bytes, Buffer.from(`/${lease}`)]))).toBe(group);
    }
  });

  it('is refused where there are several: each would have a holder of its own', () => {
    expect(() => groupOf(services, Buffer.alloc(0))).toThrow(errors.scatteredName().message);
    expect(groupOf({ router: createRouter(groups.slice(0, 1)) }, Buffer.alloc(0))).toBe(groups[0]);
  });
});
