// The geo-cell dispatch demo: a city's cells, each led by one dispatcher under a lease; rides that only
// a cell's leader may assign; faults all the while; and the proof at the end.
//
// Exit codes: 0 proven, 1 not proven, 2 the run itself failed, 130 interrupted.

import { Demo } from './demo.js';
import { parseOptions } from './options.js';

/** A terminal and npm both pass Ctrl-C on: only a later one means "at once". */
const IMPATIENT_MS = 700;

const demo = new Demo(parseOptions(process.argv));
let interruptedMs: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const now = performance.now();
    if (interruptedMs !== undefined && now - interruptedMs > IMPATIENT_MS) process.exit(130);
    interruptedMs ??= now;
    void demo.cleanUp().finally(() => process.exit(130));
  });
}

try {
  const proven = await demo.run();
  await demo.cleanUp();
  process.exitCode = proven ? 0 : 1;
} catch (error) {
  // What breaks because everything is being stopped is no news.
  if (interruptedMs === undefined) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\ndispatch: ${text}\n${demo.troubles.map((line) => `  ${line}\n`).join('')}`);
  }
  await demo.cleanUp();
  process.exitCode = interruptedMs === undefined ? 2 : 130;
}
process.exit();
