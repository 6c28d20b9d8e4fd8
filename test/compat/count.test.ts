// How much is compared: a step that is dropped must not go unnoticed.

import { expect, it } from 'vitest';
import { etcd3Steps } from './etcd3-steps.js';
import { kvSteps } from './etcdctl-kv.js';
import { restSteps } from './etcdctl-rest.js';
import { rawSteps } from './raw-steps.js';
import { watchSteps } from './raw-watch.js';

it('sessions of the two real clients have at least 300 steps, single calls at least 200', () => {
  expect(kvSteps.length + restSteps.length + etcd3Steps.length).toBeGreaterThanOrEqual(300);
  expect(rawSteps.length + watchSteps.length).toBeGreaterThanOrEqual(200);
});
