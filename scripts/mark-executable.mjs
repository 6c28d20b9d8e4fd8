import { chmodSync, existsSync } from 'node:fs';

for (const file of ['dist/cli/kvd.js', 'dist/cli/kvctl.js', 'dist/jepsen-lite/main.js']) {
  if (existsSync(file)) chmodSync(file, 0o755);
}
