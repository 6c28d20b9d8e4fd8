import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'proto/**/*.test.ts',
      'cli/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
      'jepsen-lite/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
