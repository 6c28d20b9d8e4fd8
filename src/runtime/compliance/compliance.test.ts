// The real world and the simulated one keep the same promises.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { createRealRuntime } from '../real/runtime.js';
import { SimNetwork } from '../sim/network.js';
import { SimNode } from '../sim/node.js';
import { SimWorld } from '../sim/world.js';
import { diskCases } from './disk-cases.js';
import { networkCases } from './network-cases.js';
import { timeCases } from './time-cases.js';
import type { TestWorld } from './world.js';

function realWorld(): TestWorld {
  const folder = mkdtempSync(join(tmpdir(), 'hexkeep-compliance-'));
  let paths = 0;
  return {
    machine: () => createRealRuntime({ logLevel: 'fatal', logDestination: 'stderr' }),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    wait: (promise) => promise,
    path: () => join(folder, `p${paths++}`),
    address: async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      await new Promise((resolve) => server.close(resolve));
      return `127.0.0.1:${port}`;
    },
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function simWorld(): TestWorld {
  const world = new SimWorld(1);
  const network = new SimNetwork(world);
  let count = 0;
  return {
    machine: () => new SimNode(`m${count++}`, world, network).runtime(),
    pass: (ms) => world.advance(ms),
    wait: (promise) => world.wait(promise, 60_000),
    path: () => `/p${count++}`,
    address: async () => `a${count++}:1`,
    end: async () => {},
  };
}

describe.each([
  ['the real runtime', realWorld],
  ['the simulated runtime', simWorld],
])('%s', (_name, make) => {
  for (const { name, run } of [...timeCases, ...diskCases, ...networkCases]) {
    it(name, async () => {
      const world = make();
      try {
        await run(world);
      } finally {
        await world.end();
      }
    });
  }
});
