// The whole test run: static checks, build, then every test. Ends with the line `N passed, N failed`
// and fails when anything failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', name);
let passed = 0;
let failed = 0;

function check(name, command, args) {
  process.stdout.write(`\n== ${name}\n`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) passed++;
  else {
    failed++;
    process.stdout.write(`FAILED: ${name} (${error?.message ?? `exit code ${status}`})\n`);
  }
  return status === 0;
}

check('generated code is up to date', process.execPath, ['scripts/generate-codec.mjs', '--check']);
check('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']);
check('types', bin('tsc'), ['-p', 'tsconfig.json', '--noEmit']);
const built =
  check('build', bin('tsc'), ['-p', 'tsconfig.build.json']) &&
  check('executables', process.execPath, ['scripts/mark-executable.mjs']);

if (built) {
  const folder = mkdtempSync(join(tmpdir(), 'hexkeep-results-'));
  const results = join(folder, 'results.json');
  process.stdout.write('\n== tests\n');
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(bin('vitest'), args, { stdio: 'inherit' });
  try {
    const summary = JSON.parse(readFileSync(results, 'utf8'));
    passed += summary.numPassedTests;
    failed += summary.numFailedTests + summary.numFailedTestSuites;
    // A run that dies after its tests (an unhandled rejection, say) is a failure of its own.
    if (status !== 0 && summary.numFailedTests + summary.numFailedTestSuites === 0) failed++;
    if (summary.numTotalTests === 0) failed++;
  } catch (error) {
    process.stdout.write(`FAILED: no test results (${error.message})\n`);
    failed++;
  }
  rmSync(folder, { recursive: true, force: true });
} else failed++;

process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
